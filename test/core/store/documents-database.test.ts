import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { openDocumentsDatabase } from '../../../src/core/store/documents-database.ts';
import type { DocumentId } from '../../../src/core/store/document-id.ts';
import type { Addition } from '../../../src/core/store/document-store.ts';
import { encodeHeads } from '../../../src/core/store/heads.ts';
import { prepareNamespaceDirectory } from '../../../src/core/store/prepare-folders.ts';
import { openReader } from '../../../src/core/store/reader.ts';
import { SqliteStore } from '../../../src/core/store/sqlite-store.ts';
import { parseNamespace } from '../../../src/core/lexicon/namespace.ts';
import { openDatabase } from '../../../src/platform/database.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { temporaryFolder } from '../../support/folder.ts';
import {
  bytesOf,
  lastSequence,
  readEntries,
  sampleId,
  SampleDocument,
} from '../../support/sample-documents.ts';
import { roomyDisk } from '../../support/roomy-disk.ts';
import { tailBeside } from '../../support/tail-beside.ts';

/** The tables as the first released version made them. */
const firstTables = {
  name: 'documents-1',
  sql: `CREATE TABLE document (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, heads BLOB NOT NULL,
      chunk_count INTEGER NOT NULL, size_bytes INTEGER NOT NULL, next_sequence INTEGER NOT NULL,
      changed_at INTEGER NOT NULL) STRICT;
    CREATE TABLE chunk (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;`,
};

/** And as they were when the tail was a table. */
const thirdTables = [
  firstTables,
  {
    name: 'documents-2',
    sql: `ALTER TABLE document ADD COLUMN checked_through INTEGER NOT NULL DEFAULT -1;
      ALTER TABLE document ADD COLUMN check_pending INTEGER NOT NULL DEFAULT 2;
      CREATE INDEX document_check_pending ON document (check_pending) WHERE check_pending > 0;
      CREATE TABLE interior (id INTEGER PRIMARY KEY, hashes BLOB NOT NULL) STRICT;
      CREATE TABLE quarantine (place INTEGER PRIMARY KEY AUTOINCREMENT, document_id TEXT NOT NULL,
        reason TEXT NOT NULL, set_aside_at INTEGER NOT NULL, bytes BLOB NOT NULL) STRICT;`,
  },
  {
    name: 'documents-3',
    sql: `CREATE TABLE tail (place INTEGER PRIMARY KEY, chunk_id INTEGER NOT NULL, heads BLOB NOT NULL,
        changed_at INTEGER NOT NULL, bytes BLOB NOT NULL) STRICT;`,
  },
];

test('the database of the first version opens with all that is in it, and nothing in it is checked', async () => {
  using directory = temporaryFolder();
  const path = join(directory.path, 'documents.sqlite');
  const document = new SampleDocument().write('a');
  const { snapshot, heads } = document;
  // Several Automerge chunks may lie in one row.
  const bytes = Buffer.concat([
    snapshot,
    (document.addition(), document.write('b').addition()).chunks[0] ?? snapshot,
  ]);
  const old = openDatabase(path, [firstTables]);
  old.run('INSERT INTO document VALUES (7, ?, ?, 1, ?, 1, 1000)', [
    sampleId(1),
    Uint8Array.fromHex(document.heads.join('')),
    bytes.length,
  ]);
  old.run('INSERT INTO chunk VALUES (?, ?)', [7 * 2 ** 20, bytes]);
  old.close(true);

  const store = new SqliteStore({
    database: openDocumentsDatabase(path),
    tailPath: `${path}-tail`,
    clock: systemClock,
    disk: roomyDisk(),
  });
  expect(heads).not.toEqual(document.heads);
  expect(readEntries(await store.load(sampleId(1)))).toEqual(['a', 'b']);
  expect(await store.unchecked(10)).toEqual([sampleId(1)]);
  await store.compact(sampleId(1), document.compaction(lastSequence(await store.load(sampleId(1)))));
  expect(readEntries(await store.load(sampleId(1)))).toEqual(['a', 'b']);
  expect(await store.unchecked(10)).toEqual([]);
  await store.close();
});

test('what lay in the table of the tail is in its documents once the database is opened, and read before', async () => {
  using directory = temporaryFolder();
  const dataDirectory = directory.path;
  const namespace = parseNamespace('xyz.groundmist.library');
  const path = join(prepareNamespaceDirectory(dataDirectory, namespace), 'documents.sqlite');
  const [first, second] = [new SampleDocument(), new SampleDocument()];
  const [id, other] = [sampleId(1), sampleId(2)];
  const old = openDatabase(path, thirdTables);
  const insert = (number: number, one: DocumentId, { chunks, heads }: Addition): void => {
    const [bytes = new Uint8Array()] = chunks;
    const row = [number, one, encodeHeads(heads), 1, bytes.length, 1, 1000, 0, 0];
    old.run(`INSERT INTO document VALUES (${row.map(() => '?').join()})`, row);
    old.run('INSERT INTO chunk VALUES (?, ?)', [number * 2 ** 20, bytes]);
  };
  insert(1, id, first.write('a').addition());
  insert(2, other, second.write('x').addition());
  for (const [sequence, entry] of ['b', 'c', 'd'].entries()) {
    const { chunks, heads } = first.write(entry).addition();
    old.run('INSERT INTO tail (chunk_id, heads, changed_at, bytes) VALUES (?, ?, ?, ?)', [
      2 ** 20 + sequence + 1,
      encodeHeads(heads),
      2000 + sequence,
      chunks[0] ?? new Uint8Array(),
    ]);
  }
  old.close(true);

  await using reader = await openReader(dataDirectory);
  const expected = { id, chunkCount: 4, changedAt: 2002 };
  expect(await reader.facts(namespace, id)).toMatchObject(expected);
  const read = await reader.load(namespace, id);
  expect(read?.heads).toEqual(first.heads);

  const database = openDocumentsDatabase(path);
  const store = new SqliteStore({
    database,
    tailPath: tailBeside(database),
    clock: systemClock,
    disk: roomyDisk(),
  });
  expect(readEntries(await store.load(id))).toEqual(['a', 'b', 'c', 'd']);
  expect(await store.facts(id)).toMatchObject({ ...expected, heads: first.heads, isChecked: false });
  expect((await store.facts(id))?.sizeBytes).toBe(
    bytesOf(await store.load(id)).reduce((sum, { length }) => sum + length, 0),
  );
  expect(bytesOf(await store.load(id))).toEqual([...(read?.chunks ?? [])]);
  expect(await store.facts(other)).toMatchObject({ chunkCount: 1, changedAt: 1000, isChecked: true });
  await store.append(id, first.write('e').addition());
  await store.close();
  expect((await reader.load(namespace, id))?.chunks).toHaveLength(5);
});
