import { sharedFence } from '../../../support/fence.ts';
import { expect, test } from 'bun:test';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { openNodefsStore } from '../../../../src/core/store/nodefs/open-nodefs-store.ts';
import { diskFiles, type StoreFiles } from '../../../../src/core/store/nodefs/store-files.ts';
import { systemClock } from '../../../../src/platform/clock.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { nodefsPlaces, openNodefs } from '../../../support/nodefs.ts';
import { codeOf, failureOf } from '../../../support/rejection.ts';
import { roomyDisk } from '../../../support/roomy-disk.ts';
import { lastSequence, readEntries, sampleId, SampleDocument } from '../../../support/sample-documents.ts';

const id = sampleId(1);
const shard = id.slice(0, 2);
const folder = join(shard, id.slice(2));

/** The steps of a store, those that wait for the disk told when it has answered. */
class RecordedFiles implements StoreFiles {
  readonly steps: string[] = [];
  readonly #base: string;

  constructor(directory: string) {
    this.#base = nodefsPlaces(directory).base;
  }

  async write(path: string, bytes: Uint8Array): Promise<void> {
    await diskFiles.write(path, bytes);
    this.steps.push('write');
  }

  async syncFolder(path: string): Promise<void> {
    await diskFiles.syncFolder(path);
    this.steps.push(`sync ${relative(this.#base, path)}`);
  }

  makeFolder(path: string): void {
    diskFiles.makeFolder(path);
    this.steps.push(`make ${relative(this.#base, path)}`);
  }

  rename(from: string, to: string): void {
    diskFiles.rename(from, to);
    this.steps.push(`rename to ${relative(this.#base, dirname(to))}`);
  }

  remove(path: string): void {
    diskFiles.remove(path);
    this.steps.push(`remove from ${relative(this.#base, dirname(path))}`);
  }

  take(): readonly string[] {
    return this.steps.splice(0);
  }
}

test('a file is on disk before it gets its name, and every new name before the write is acknowledged', async () => {
  using directory = temporaryFolder();
  const files = new RecordedFiles(directory.path);
  const store = await openNodefs(directory.path, { files });
  const document = new SampleDocument();
  await store.append(id, document.write('a').addition());
  const first = files.take();
  expect(first.slice(0, 5)).toEqual([
    'write',
    `make ${shard}`,
    `make ${folder}`,
    `make ${folder}/incremental`,
    `rename to ${folder}/incremental`,
  ]);
  expect(first.slice(5).toSorted()).toEqual(
    ['sync ', `sync ${shard}`, `sync ${folder}`, `sync ${folder}/incremental`].toSorted(),
  );
  await store.append(id, document.write('b').addition());
  expect(files.take()).toEqual(['write', `rename to ${folder}/incremental`, `sync ${folder}/incremental`]);
  await store.compact(id, document.compaction(lastSequence(await store.load(id))));
  const compacted = files.take();
  const removal = `remove from ${folder}/incremental`;
  expect(compacted.slice(0, 3)).toEqual(['write', `make ${folder}/snapshot`, `rename to ${folder}/snapshot`]);
  expect(compacted.slice(-2)).toEqual([removal, removal]);
  expect(compacted.indexOf(`sync ${folder}/snapshot`)).toBeLessThan(compacted.indexOf(removal));
  await store.close();
});

test('after a restart the folders above a document are synced once more, for nobody knows that they were', async () => {
  using directory = temporaryFolder();
  const document = new SampleDocument();
  const first = await openNodefs(directory.path);
  await first.append(id, document.write('a').addition());
  await first.close();
  const files = new RecordedFiles(directory.path);
  const second = await openNodefs(directory.path, { files });
  await second.append(id, document.write('b').addition());
  expect(files.take()).toContain('sync ');
  await second.close();
});

test('writes of one round sync a folder they share once', async () => {
  using directory = temporaryFolder();
  const files = new RecordedFiles(directory.path);
  const store = await openNodefs(directory.path, { files });
  const document = new SampleDocument();
  const additions = ['a', 'b', 'c', 'd'].map((entry) => document.write(entry).addition());
  await Promise.all(additions.map((addition) => store.append(id, addition)));
  const steps = files.take();
  expect(steps.filter((step) => step === 'write')).toHaveLength(4);
  expect(steps.filter((step) => step.startsWith('sync'))).toHaveLength(4);
  expect(readEntries(await store.load(id))).toEqual(['a', 'b', 'c', 'd']);
  await store.close();
});

test('what a killed process left unfinished is outside of all documents, and gone at the next start', async () => {
  using directory = temporaryFolder();
  const { temporary } = nodefsPlaces(directory.path);
  mkdirSync(temporary, { recursive: true });
  writeFileSync(join(temporary, '1.chunk'), 'unfinished');
  const store = await openNodefs(directory.path);
  await store.append(id, new SampleDocument().write('a').addition());
  expect(readdirSync(temporary)).toEqual([]);
  await store.close();
});

test('a link is never followed: not to a chunk, not to a folder', async () => {
  using directory = temporaryFolder();
  const { base } = nodefsPlaces(directory.path);
  const outside = join(directory.path, 'outside');
  mkdirSync(outside);
  const document = new SampleDocument();
  const first = await openNodefs(directory.path);
  await first.append(id, document.write('a').addition());
  await first.close();
  const chunks = join(base, folder, 'incremental');
  const [name = ''] = readdirSync(chunks);
  const linked = 'ab'.repeat(32);
  symlinkSync(join(chunks, name), join(chunks, linked));
  const other = sampleId(2);
  mkdirSync(join(base, other.slice(0, 2)), { recursive: true });
  symlinkSync(outside, join(base, other.slice(0, 2), other.slice(2)));

  const store = await openNodefs(directory.path);
  expect(await store.load(id)).toMatchObject({
    chunks: [{}],
    damaged: [{ reason: 'it is not a plain file' }],
  });
  expect(await store.load(other)).toBeUndefined();
  const refused = store.append(other, new SampleDocument().write('b').addition());
  expect(await codeOf(refused)).toBe('StoreUnavailable');
  expect((await failureOf(refused))?.message).toContain('is not a folder');
  expect(readdirSync(outside)).toEqual([]);

  const [damaged] = (await store.load(id))?.damaged ?? [];
  const sequences = [damaged?.sequence ?? -1];
  await store.setAside(id, { sequences, reason: 'A link.', heads: document.heads });
  expect(await store.load(id)).toMatchObject({ chunks: [{}], damaged: [] });
  const [aside] = await store.setAsideChunks({ limit: 1 });
  expect(await store.setAsideBytes(aside?.place ?? -1)).toBeUndefined();
  expect(existsSync(join(chunks, basename(name)))).toBe(true);
  await store.close();
});

test('files in other places than stock software puts them are strays, and stay', async () => {
  using directory = temporaryFolder();
  const { base } = nodefsPlaces(directory.path);
  const first = await openNodefs(directory.path);
  await first.append(id, new SampleDocument().write('a').addition());
  await first.close();
  const strays = ['st/orage-adapter-id', `${folder}/sync-state/peer`, `${folder}/incremental/notes.txt`];
  for (const stray of strays) {
    mkdirSync(dirname(join(base, stray)), { recursive: true });
    writeFileSync(join(base, stray), 'stray');
  }
  const store = await openNodefs(directory.path);
  expect(await store.load(id)).toMatchObject({ chunks: [{}], damaged: [] });
  expect(await store.list({ limit: 10 })).toHaveLength(1);
  for (const stray of strays) expect(existsSync(join(base, stray))).toBe(true);
  await store.close();
});

const otherFileSystem = '/dev/shm';
const hasOther = existsSync(otherFileSystem) && lstatSync(otherFileSystem).dev !== lstatSync(tmpdir()).dev;

test.if(hasOther)(
  'documents on another file system than our own files are refused, with the way out',
  async () => {
    using directory = temporaryFolder();
    const base = mkdtempSync(join(otherFileSystem, 'groundmist-test-'));
    const places = { ...nodefsPlaces(directory.path), base };
    const opened = openNodefsStore({ places, clock: systemClock, disk: roomyDisk(), fence: sharedFence() });
    expect(await codeOf(opened)).toBe('ConfigurationInvalid');
    expect((await failureOf(opened))?.message).toContain('GROUNDMIST_STORE=sqlite');
    rmSync(base, { recursive: true });
  },
);
