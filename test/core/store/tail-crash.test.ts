import { expect, test } from 'bun:test';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { openDocumentsDatabase } from '../../../src/core/store/documents-database.ts';
import { SqliteStore } from '../../../src/core/store/sqlite-store.ts';
import { diskTailFiles } from '../../../src/core/store/tail-files.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { FaultyDatabase } from '../../support/faulty-database.ts';
import { FaultyTailFiles } from '../../support/faulty-tail-files.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { codeOf } from '../../support/rejection.ts';
import { roomyDisk } from '../../support/roomy-disk.ts';
import { readEntries, sampleId, SampleDocument } from '../../support/sample-documents.ts';
import { tailBeside, tailChanges } from '../../support/tail-beside.ts';

const ids = [sampleId(1), sampleId(2)] as const;

/** A store whose disk fails for good at one step, be it of the database or of the tail: what is on it then is what a kill leaves. */
function open(directory: string, effect: 'before' | 'after') {
  const real = openDocumentsDatabase(join(directory, 'documents.sqlite'));
  const faulty = new FaultyDatabase(real);
  const tailFiles = new FaultyTailFiles(diskTailFiles, {
    code: 'EIO',
    effect: effect === 'before' ? 'never' : 'works',
  });
  const tailPath = tailBeside(real);
  const options = { database: faulty.database, tailPath, tailFiles, clock: systemClock, disk: roomyDisk() };
  return { real, faulty, tailFiles, store: new SqliteStore(options) };
}

type Opened = ReturnType<typeof open>;

/** A store that was killed with edits in its tail, opened again. */
async function openRecovered(directory: string, effect: 'before' | 'after') {
  const killed = join(directory, 'killed');
  const first = open(join(directory), effect);
  const documents = ids.map((id) => ({ id, document: new SampleDocument() }));
  for (const { id, document } of documents) {
    await first.store.append(id, document.write('a').addition());
    await first.store.append(id, document.write('b').addition());
  }
  expect(tailChanges(first.real)).toHaveLength(2);
  copyStore(directory, killed);
  first.real.close(true);
  return { documents, killed, opened: open(killed, effect) };
}

function copyStore(from: string, to: string): void {
  for (const suffix of ['', '-wal', '-shm', '-tail']) {
    const name = `documents.sqlite${suffix}`;
    cpSync(join(from, name), join(to, name), { force: true });
  }
}

/** Edits that move what is in the tail, begin it anew, and go on; gives what was acknowledged of each document. */
async function edit(
  { store }: Opened,
  documents: readonly { id: (typeof ids)[number]; document: SampleDocument }[],
) {
  const acknowledged = ['a', 'b'];
  for (const entry of ['c', 'd', 'e']) {
    const codes = await Promise.all(
      documents.map(({ id, document }) => codeOf(store.append(id, document.write(entry).addition()))),
    );
    if (codes.some((code) => code !== 'no failure')) break;
    acknowledged.push(entry);
  }
  return acknowledged;
}

const kinds = [
  {
    name: 'the database',
    arm: ({ faulty }: Opened, at: number, effect: 'before' | 'after') =>
      faulty.arm({ at, code: 'SQLITE_IOERR', transaction: effect === 'before' ? 'loses' : 'works' }),
    failed: ({ faulty }: Opened) => faulty.failed,
  },
  {
    name: 'the tail',
    arm: ({ tailFiles }: Opened, at: number) => tailFiles.arm(at),
    failed: ({ tailFiles }: Opened) => tailFiles.failed,
  },
];

for (const kind of kinds) {
  for (const effect of ['before', 'after'] as const) {
    test(`killed ${effect} any step of ${kind.name} while the tail moves and begins anew, nothing acknowledged is lost`, async () => {
      for (let at = 1; ; at += 1) {
        using directory = temporaryFolder();
        const { documents, killed, opened } = await openRecovered(directory.path, effect);
        kind.arm(opened, at, effect);
        const acknowledged = await edit(opened, documents);
        copyStore(killed, join(directory.path, 'again'));
        const again = open(join(directory.path, 'again'), effect);
        for (const id of ids) {
          const stored = await again.store.load(id);
          expect(stored?.damaged).toEqual([]);
          expect(readEntries(stored).slice(0, acknowledged.length)).toEqual(acknowledged);
        }
        await again.store.close();
        opened.real.close(true);
        if (kind.failed(opened) !== undefined) continue;
        expect(acknowledged).toEqual(['a', 'b', 'c', 'd', 'e']);
        expect(at).toBeGreaterThan(5);
        break;
      }
    });
  }
}

test('what changes a table does so in a transaction', async () => {
  using directory = temporaryFolder();
  const { real, faulty } = open(directory.path, 'before');
  const loose: string[] = [];
  faulty.onRun = (sql) => {
    if (/^\s*(?:INSERT|UPDATE|DELETE)/.test(sql) && !real.inTransaction) loose.push(sql);
  };
  const database = faulty.database;
  const store = new SqliteStore({
    database,
    tailPath: tailBeside(real),
    clock: systemClock,
    disk: roomyDisk(),
  });
  const [id, other] = ids;
  const document = new SampleDocument();
  for (const entry of ['a', 'b', 'c']) await store.append(id, document.write(entry).addition());
  const throughSequence = (await store.load(id))?.chunks.at(-1)?.sequence ?? -1;
  await store.vouch(id, { interiors: new Map(), throughSequence });
  await store.append(id, document.write('d').addition());
  await store.compact(id, document.compaction(throughSequence + 1));
  const [sequence = -1] = await store.append(other, new SampleDocument().write('x').addition());
  await store.vouch(other, {
    interiors: new Map([[sequence, new Uint8Array(32)]]),
    throughSequence: sequence,
  });
  await store.setAside(other, { sequences: [sequence], reason: 'Bad.', heads: [] });
  await store.append(id, document.write('e').addition());
  await store.close();
  expect(loose).toEqual([]);
});

test('a file whose beginning was not committed is begun again before anything is written to it', async () => {
  using directory = temporaryFolder();
  const [id, other] = ids;
  const before = open(directory.path, 'before');
  const [sequence = -1] = await before.store.append(other, new SampleDocument().write('x').addition());
  await before.store.close();
  const { real, faulty, store } = open(directory.path, 'before');
  const document = new SampleDocument().write('a');
  faulty.onRun = (sql) => {
    if (sql === 'COMMIT') throw Object.assign(new Error('busy'), { code: 'SQLITE_BUSY' });
  };
  expect(await codeOf(store.append(id, document.addition()))).toBe('StoreUnavailable');
  faulty.onRun = () => {};
  // Committed without a sync, so that the file does not begin with it.
  const interiors = new Map([[sequence, new Uint8Array(32)]]);
  await store.vouch(other, { interiors, throughSequence: sequence });
  await store.append(id, { chunks: [document.snapshot], heads: document.heads });
  await store.append(id, document.write('b').addition());
  expect(tailChanges(real)).toHaveLength(1);
  copyStore(directory.path, join(directory.path, 'again'));
  const again = open(join(directory.path, 'again'), 'before');
  expect(readEntries(await again.store.load(id))).toEqual(['a', 'b']);
  await again.store.close();
  await store.close();
});
