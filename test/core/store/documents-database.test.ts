import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { openDocumentsDatabase } from '../../../src/core/store/documents-database.ts';
import { SqliteStore } from '../../../src/core/store/sqlite-store.ts';
import { openDatabase } from '../../../src/platform/database.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { lastSequence, readEntries, sampleId, SampleDocument } from '../../support/sample-documents.ts';
import { roomyDisk } from '../../support/roomy-disk.ts';

/** The tables as the first released version made them. */
const firstTables = {
  name: 'documents-1',
  sql: `CREATE TABLE document (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, heads BLOB NOT NULL,
      chunk_count INTEGER NOT NULL, size_bytes INTEGER NOT NULL, next_sequence INTEGER NOT NULL,
      changed_at INTEGER NOT NULL) STRICT;
    CREATE TABLE chunk (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;`,
};

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
