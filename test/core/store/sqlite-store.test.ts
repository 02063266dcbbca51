import { Database } from 'bun:sqlite';
import { expect, test } from 'bun:test';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sequenceLimit } from '../../../src/core/store/chunk-table.ts';
import type { DocumentId } from '../../../src/core/store/document-id.ts';
import { openDocumentsDatabase } from '../../../src/core/store/documents-database.ts';
import { SqliteStore } from '../../../src/core/store/sqlite-store.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import {
  bytesOf,
  lastSequence,
  readEntries,
  sampleId,
  SampleDocument,
} from '../../support/sample-documents.ts';
import { forgedChunk } from '../../support/forged-chunk.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { codeOf, failureOf } from '../../support/rejection.ts';
import { describeDocumentStore } from './document-store.contract.ts';
import type { Backend } from './store-under-test.ts';
import { describeVouching } from './vouching.contract.ts';
import { roomyDisk } from '../../support/roomy-disk.ts';
import { tailBeside } from '../../support/tail-beside.ts';

const databasePath = (directory: string): string => join(directory, 'documents.sqlite');

/** The bytes of a document's newest chunk become what this expression makes of them. */
function changeNewest(directory: string, id: DocumentId, bytes: string): void {
  using database = new Database(databasePath(directory));
  database.run(
    `UPDATE chunk SET bytes = ${bytes} WHERE id = (
       SELECT max(chunk.id) FROM chunk JOIN document ON number = chunk.id / ${sequenceLimit} WHERE document.id = ?)`,
    [id],
  );
}

const backend: Backend = {
  name: 'sqlite',
  open: async (directory, now) => {
    mkdirSync(directory, { recursive: true });
    const database = openDocumentsDatabase(databasePath(directory));
    return new SqliteStore({
      database,
      tailPath: tailBeside(database),
      clock: { ...systemClock, now },
      disk: roomyDisk(),
    });
  },
  damage: async (directory, id) =>
    changeNewest(directory, id, "CAST(substr(chunk.bytes, 1, length(chunk.bytes) - 1) || x'ff' AS BLOB)"),
  lose: async (directory, id) => {
    using database = new Database(databasePath(directory));
    database.run(
      `DELETE FROM chunk WHERE id = (
         SELECT min(chunk.id) FROM chunk JOIN document ON number = chunk.id / ${sequenceLimit} WHERE document.id = ?)`,
      [id],
    );
  },
  endlessWriter: join(import.meta.dirname, 'endless-sqlite-writer.ts'),
};

describeDocumentStore(backend);
describeVouching(backend);

const pageBytes = 4096;
const id = sampleId(1);
const other = sampleId(2);

function openStore(path: string): { database: Database; store: SqliteStore } {
  const database = openDocumentsDatabase(path);
  return {
    database,
    store: new SqliteStore({
      database,
      tailPath: tailBeside(database),
      clock: systemClock,
      disk: roomyDisk(),
    }),
  };
}

test('an addition that SQLite refuses leaves nothing behind, and the others of its batch are kept', async () => {
  using directory = temporaryFolder();
  const { database, store } = openStore(databasePath(directory.path));
  database.run(
    `CREATE TRIGGER poison BEFORE INSERT ON document WHEN new.id = '${id}' BEGIN SELECT RAISE(ABORT, 'no'); END`,
  );
  const writes = [id, other].map((one) =>
    codeOf(store.append(one, new SampleDocument().write('a').addition())),
  );
  expect(await Promise.all(writes)).toEqual(['StoreUnavailable', 'no failure']);
  expect(await store.load(id)).toBeUndefined();
  expect(readEntries(await store.load(other))).toEqual(['a']);
  expect(database.query('SELECT count(*) AS chunks FROM chunk').get()).toEqual({ chunks: 1 });
  await store.close();
});

test('where the whole transaction is lost, the whole batch is refused, and the next one starts clean', async () => {
  using directory = temporaryFolder();
  const { database, store } = openStore(databasePath(directory.path));
  database.run(
    `CREATE TRIGGER poison BEFORE INSERT ON document WHEN new.id = '${id}' BEGIN SELECT RAISE(ROLLBACK, 'no'); END`,
  );
  const batch = [other, id, sampleId(3)].map((one) =>
    codeOf(store.append(one, new SampleDocument().write('a').addition())),
  );
  expect(await Promise.all(batch)).toEqual(['StoreUnavailable', 'StoreUnavailable', 'StoreUnavailable']);
  expect(await store.list({ limit: 10 })).toEqual([]);
  await store.append(other, new SampleDocument().write('b').addition());
  expect(readEntries(await store.load(other))).toEqual(['b']);
  await store.close();
});

test('a full disk refuses the write in a sentence and keeps the old state', async () => {
  using directory = temporaryFolder();
  const { database, store } = openStore(databasePath(directory.path));
  const document = new SampleDocument();
  await store.append(id, document.write('a').addition());
  database.run('PRAGMA max_page_count = 1');
  const large = document.write('x'.repeat(100_000) + Math.PI).write('y').snapshot;
  const padded = Array.from({ length: 500 }, () => large);
  const write = store.append(id, { chunks: padded, heads: document.heads });
  expect((await failureOf(write))?.message).toContain('the disk is full');
  expect(await codeOf(write)).toBe('StoreUnavailable');
  expect(readEntries(await store.load(id))).toEqual(['a']);
  database.run('PRAGMA max_page_count = 1000000');
  await store.append(id, document.addition());
  await store.close();
});

test('a chunk that is missing is damage, not a shorter document', async () => {
  using directory = temporaryFolder();
  const { database, store } = openStore(databasePath(directory.path));
  const document = new SampleDocument();
  await store.append(id, document.write('a').addition());
  const { chunks, heads: old } = document.write('b').addition();
  await store.append(id, { chunks, heads: old });
  await store.append(id, document.write('c').addition());
  const tail = readFileSync(tailBeside(database));
  tail[tail.indexOf(chunks[0] ?? '')] = 0;
  writeFileSync(tailBeside(database), tail);
  const gone = [{ sequence: undefined }];
  const { heads } = document;
  const second = openStore(databasePath(directory.path));
  expect(await second.store.load(id)).toMatchObject({ chunks: [{}, {}], damaged: gone, heads });
  second.database.run('DELETE FROM chunk');
  expect(await second.store.load(id)).toMatchObject({ chunks: [{}], damaged: gone, heads });
  second.database.close(true);
  await store.close();
});

test('a document whose sequences are used up says so, and a compaction makes room', async () => {
  using directory = temporaryFolder();
  const { database, store } = openStore(databasePath(directory.path));
  const document = new SampleDocument();
  await store.append(other, new SampleDocument().write('other').addition());
  await store.append(id, document.write('a').addition());
  database.run(`UPDATE chunk SET id = id + ${sequenceLimit - 2} WHERE id / ${sequenceLimit} = 2`);
  database.run(`UPDATE document SET next_sequence = ${sequenceLimit - 1} WHERE number = 2`);
  await store.append(id, document.write('b').addition());
  const compaction = document.compaction(lastSequence(await store.load(id)));
  const refused = store.append(id, document.write('c').addition());
  expect((await failureOf(refused))?.message).toContain('compacted');
  expect(await codeOf(refused)).toBe('StoreUnavailable');

  await store.compact(id, compaction);
  await store.append(id, { chunks: [document.snapshot], heads: document.heads });
  expect(readEntries(await store.load(id))).toEqual(['a', 'b', 'c']);
  expect(readEntries(await store.load(other))).toEqual(['other']);
  const late = document.compaction(compaction.throughSequence);
  expect(await codeOf(store.compact(id, late))).toBe('Internal');
  await store.close();
});

test('the chunks after a compaction move with it to the new number', async () => {
  using directory = temporaryFolder();
  const { database, store } = openStore(databasePath(directory.path));
  const document = new SampleDocument();
  await store.append(id, document.write('a').addition());
  database.run(`UPDATE chunk SET id = id + ${sequenceLimit / 2}`);
  database.run(`UPDATE document SET next_sequence = ${sequenceLimit / 2 + 1}`);
  const compaction = document.compaction(lastSequence(await store.load(id)));
  const later = ['b', 'c'].flatMap((entry) => document.write(entry).addition().chunks);
  await store.append(id, { chunks: later, heads: document.heads });
  await store.compact(id, compaction);
  expect(bytesOf(await store.load(id))).toEqual([compaction.snapshot, ...later]);
  await store.append(id, document.write('d').addition());
  expect(readEntries(await store.load(id))).toEqual(['a', 'b', 'c', 'd']);
  await store.close();
});

test('the database is for this user only, and a clean close leaves one file', async () => {
  using directory = temporaryFolder();
  const path = databasePath(directory.path);
  const { store } = openStore(path);
  await store.append(id, new SampleDocument().write('a').addition());
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(`${path}-wal`).mode & 0o777).toBe(0o600);
  await store.close();
  expect(existsSync(`${path}-wal`)).toBe(false);
});

test('where the database itself is broken, what lies elsewhere is read and the rest is named', async () => {
  using directory = temporaryFolder();
  const path = databasePath(directory.path);
  const { store } = openStore(path);
  const chunks = Array.from({ length: 12 }, () => forgedChunk(1, 20_000));
  const sequences: number[] = [];
  for (const { bytes, hash } of chunks) {
    sequences.push(...(await store.append(id, { chunks: [bytes], heads: [hash] })));
  }
  await store.close();
  const file = readFileSync(path);
  const broken = chunks[5]?.bytes.subarray(10_000, 10_100) ?? new Uint8Array();
  const page = Math.floor(file.indexOf(broken) / pageBytes) * pageBytes;
  // An overflow page begins with the number of the next one (https://sqlite.org/fileformat2.html#ovflpgs).
  file.writeUInt32BE(0xfffffff0, page);
  writeFileSync(path, file);

  const reopened = openStore(path);
  const stored = await reopened.store.load(id);
  expect(stored?.damaged).toMatchObject([{ sequence: sequences[5] }]);
  expect(stored?.chunks.map(({ sequence }) => sequence)).toEqual(sequences.toSpliced(5, 1));
  await reopened.store.append(other, new SampleDocument().write('goes on').addition());
  expect(readEntries(await reopened.store.load(other))).toEqual(['goes on']);
  await reopened.store.close();
});
