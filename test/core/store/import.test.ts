import { afterEach, beforeEach, expect, test } from 'bun:test';
import { chmodSync, cpSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NodeFSStorageAdapter } from '@automerge/automerge-repo-storage-nodefs';
import { loadAutomerge } from '../../../src/core/automerge.ts';
import { Failure } from '../../../src/core/failure.ts';
import type { DocumentStore } from '../../../src/core/store/document-store.ts';
import { openDocumentsDatabase } from '../../../src/core/store/documents-database.ts';
import { importStockDocuments } from '../../../src/core/store/import.ts';
import { SqliteStore } from '../../../src/core/store/sqlite-store.ts';
import { listStockChunks, listStockDocuments } from '../../../src/core/store/stock-layout.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { bytesOf, sampleId } from '../../support/sample-documents.ts';
import { hashTree, readExpected, stockFixtures, toJson } from '../../support/stock-data.ts';
import { sharedFence } from '../../support/fence.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/folder.ts';
import { codeOf, failureOf } from '../../support/rejection.ts';
import { roomyDisk } from '../../support/roomy-disk.ts';

const automerge = await loadAutomerge();
const [fixture = ''] = stockFixtures;
const folders = ['xyz', 'groundmist', 'library'];
const expected = readExpected(fixture)['xyz.groundmist.library'] ?? {};
const ids = Object.keys(expected).toSorted();
const [victim = ''] = ids;
const never = new AbortController().signal;

let directory: TemporaryFolder;
let base: string;
let database: string;
let store: DocumentStore;

function openStore(): DocumentStore {
  return new SqliteStore({
    database: openDocumentsDatabase(database),
    tailPath: `${database}-tail`,
    clock: systemClock,
    disk: roomyDisk(),
  });
}

beforeEach(() => {
  directory = temporaryFolder();
  base = join(directory.path, 'stock');
  database = join(directory.path, 'documents.sqlite');
  cpSync(join(fixture, ...folders), base, { recursive: true, preserveTimestamps: true });
  store = openStore();
});

afterEach(async () => {
  await store.close();
  directory[Symbol.dispose]();
});

/** Where a document's chunks of a kind lie, and their names. */
function chunksOf(id: string, kind: 'snapshot' | 'incremental'): { folder: string; names: string[] } {
  const folder = join(base, id.slice(0, 2), id.slice(2), kind);
  return { folder, names: readdirSync(folder) };
}

function firstSnapshot(id: string): string {
  const { folder, names } = chunksOf(id, 'snapshot');
  return join(folder, names[0] ?? '');
}

async function storedIds(): Promise<readonly string[]> {
  return (await store.list({ limit: 100 })).map(({ id }) => id);
}

test('every document of either generation arrives with its heads and its content', async () => {
  for (const root of stockFixtures) {
    for (const [namespace, documents] of Object.entries(readExpected(root))) {
      const report = await importStockDocuments(join(root, ...namespace.split('.')), {
        store,
        fence: sharedFence(),
        signal: never,
      });
      expect(report).toEqual({ imported: Object.keys(documents).length, alreadyStored: 0, problems: [] });
      for (const id of await listStockDocuments(join(root, ...namespace.split('.')))) {
        const stored = await store.load(id);
        const document = automerge.load(Buffer.concat(bytesOf(stored)));
        expect(stored?.heads).toEqual(documents[id]?.heads);
        expect(automerge.getHeads(document)).toEqual([...(documents[id]?.heads ?? [])]);
        expect(toJson(automerge.toJS(document))).toEqual(toJson(documents[id]?.content));
      }
    }
  }
});

test('reads the very chunks that the stock adapter reads', async () => {
  for (const id of await listStockDocuments(base)) {
    const theirs = await new NodeFSStorageAdapter(base).loadRange([id]);
    const ours = await listStockChunks(base, id);
    expect(ours.map((path) => path.split('/').slice(-2).join('/')).toSorted()).toEqual(
      theirs.map(({ key }) => key.slice(1).join('/')).toSorted(),
    );
  }
});

test('the originals stay as they are, and may be read-only', async () => {
  for (const path of readdirSync(base, { recursive: true, encoding: 'utf8' }))
    chmodSync(join(base, path), 0o555);
  chmodSync(base, 0o555);
  const before = hashTree(base, () => true);
  expect((await importStockDocuments(base, { store, fence: sharedFence(), signal: never })).imported).toBe(
    ids.length,
  );
  expect(hashTree(base, () => true)).toBe(before);
});

test('an import that was killed goes on where it was, with nothing twice', async () => {
  await store.close();
  const script = join(import.meta.dirname, 'import-until-killed.ts');
  const child = Bun.spawn([process.execPath, '--no-env-file', script, base, database], { stderr: 'inherit' });
  await child.exited;
  expect(child.signalCode).toBe('SIGKILL');
  store = openStore();
  const before = await storedIds();
  expect(before).toHaveLength(2);
  const report = await importStockDocuments(base, { store, fence: sharedFence(), signal: never });
  expect(report).toEqual({ imported: ids.length - 2, alreadyStored: 2, problems: [] });
  expect(await storedIds()).toEqual(ids);
  for (const { chunkCount, heads, id } of await store.list({ limit: 100 })) {
    expect(chunkCount).toBe(1);
    expect(heads).toEqual(expected[id]?.heads ?? []);
  }
});

test('a second import changes nothing, also where the store has moved on', async () => {
  await importStockDocuments(base, { store, fence: sharedFence(), signal: never });
  const before = await store.list({ limit: 100 });
  expect(
    (await importStockDocuments(base, { store, fence: sharedFence(), signal: never })).alreadyStored,
  ).toBe(ids.length);
  expect(await store.list({ limit: 100 })).toEqual(before);
});

test('an import ends when it is told to, between two documents', async () => {
  const reason = new Failure('StoreUnavailable', 'The server is stopping.');
  expect(
    await failureOf(
      importStockDocuments(base, { store, fence: sharedFence(), signal: AbortSignal.abort(reason) }),
    ),
  ).toBe(reason);
  expect(await storedIds()).toEqual([]);
});

const damages: Readonly<Record<string, { readonly makes: () => void; readonly reason: string }>> = {
  'a snapshot that is cut off': {
    makes: () => truncateSync(firstSnapshot(victim), 40),
    reason: 'cut off',
  },
  'an empty file': { makes: () => truncateSync(firstSnapshot(victim), 0), reason: 'no bytes' },
  'a flipped bit': {
    makes: () => {
      const bytes = readFileSync(firstSnapshot(victim));
      writeFileSync(firstSnapshot(victim), bytes.with(60, (bytes[60] ?? 0) ^ 1));
    },
    reason: 'checksum',
  },
  'a snapshot under the name of another': {
    makes: () => renameSync(firstSnapshot(victim), join(chunksOf(victim, 'snapshot').folder, 'a'.repeat(64))),
    reason: 'its name does not match',
  },
  'the snapshot of another document': {
    makes: () => cpSync(firstSnapshot(ids[1] ?? ''), firstSnapshot(victim)),
    reason: 'its name does not match',
  },
  'a link to a chunk outside': {
    makes: () => {
      const path = firstSnapshot(victim);
      const outside = join(directory.path, 'outside');
      renameSync(path, outside);
      symlinkSync(outside, path);
    },
    reason: 'plain file',
  },
  'a FIFO in the place of a chunk': {
    makes: () => {
      const path = firstSnapshot(victim);
      rmSync(path);
      Bun.spawnSync(['mkfifo', path]);
    },
    reason: 'plain file',
  },
  'a chunk larger than 256 MiB': {
    makes: () => truncateSync(firstSnapshot(victim), 256 * 2 ** 20 + 1),
    reason: '256 MiB',
  },
  'a link in the place of a folder': {
    makes: () => {
      const { folder } = chunksOf(victim, 'snapshot');
      const outside = join(directory.path, 'outside');
      renameSync(folder, outside);
      symlinkSync(outside, folder);
    },
    reason: 'not a folder',
  },
  'no chunk at all': { makes: () => rmSync(firstSnapshot(victim)), reason: 'no chunks' },
  'nothing but an empty document': {
    makes: () => {
      const { folder } = chunksOf(victim, 'snapshot');
      rmSync(firstSnapshot(victim));
      const name = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
      writeFileSync(join(folder, name), automerge.save(automerge.init()));
    },
    reason: 'empty',
  },
};

for (const [what, { makes, reason }] of Object.entries(damages)) {
  test(`${what} is reported with its document, and the others arrive`, async () => {
    rmSync(join(base, victim.slice(0, 2), victim.slice(2), 'incremental'), { recursive: true, force: true });
    makes();
    const report = await importStockDocuments(base, { store, fence: sharedFence(), signal: never });
    expect(report.problems.map(({ document }) => String(document))).toEqual([victim]);
    expect(report.problems[0]?.reason).toContain(reason);
    expect(await storedIds()).toEqual(ids.slice(1));
  });
}

test('strays beside the chunks are left out, as are links to documents and folders that are none', async () => {
  writeFileSync(join(chunksOf(victim, 'snapshot').folder, '.DS_Store'), 'junk');
  writeFileSync(join(base, 'README'), 'junk');
  mkdirSync(join(base, 'ab', 'snapshot'), { recursive: true });
  symlinkSync(join(fixture, ...folders), join(base, 'zz'));
  const elsewhere = sampleId(1);
  mkdirSync(join(base, elsewhere.slice(0, 2)), { recursive: true });
  const original = join(base, victim.slice(0, 2), victim.slice(2));
  symlinkSync(original, join(base, elsewhere.slice(0, 2), elsewhere.slice(2)));
  const report = await importStockDocuments(base, { store, fence: sharedFence(), signal: never });
  expect(report).toEqual({ imported: ids.length, alreadyStored: 0, problems: [] });
});

test('a store that fails ends the import: no document is taken for damaged', async () => {
  await store.close();
  expect(await codeOf(importStockDocuments(base, { store, fence: sharedFence(), signal: never }))).toBe(
    'StoreUnavailable',
  );
  store = openStore();
});
