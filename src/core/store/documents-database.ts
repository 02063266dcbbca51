import { Database } from 'bun:sqlite';
import {
  bringForward,
  NewerDatabaseError,
  openDatabase,
  refuseNewer,
  type Migration,
} from '../../platform/database.ts';
import { isEmptied } from './emptied-store.ts';
import { createPrivateFile } from './private-file.ts';

/** The tables of one namespace. A chunk's id is its document's number · 2²⁰ + its sequence. */
export const documentTablesMigrations: readonly Migration[] = [
  {
    name: 'documents-1',
    sql: `
      CREATE TABLE document (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        heads BLOB NOT NULL, -- 32 bytes each, sorted, concatenated
        chunk_count INTEGER NOT NULL,
        size_bytes INTEGER NOT NULL,
        next_sequence INTEGER NOT NULL,
        changed_at INTEGER NOT NULL -- milliseconds since 1970
      ) STRICT;
      CREATE TABLE chunk (
        id INTEGER PRIMARY KEY, -- number * 2^20 + sequence
        bytes BLOB NOT NULL
      ) STRICT;`,
  },
  {
    name: 'documents-2',
    sql: `
      ALTER TABLE document ADD COLUMN checked_through INTEGER NOT NULL DEFAULT -1; -- a sequence
      ALTER TABLE document ADD COLUMN check_pending INTEGER NOT NULL DEFAULT 2; -- 0 nothing, 1 changes, 2 document chunks
      CREATE INDEX document_check_pending ON document (check_pending) WHERE check_pending > 0;
      CREATE TABLE interior (
        id INTEGER PRIMARY KEY, -- of the chunk
        hashes BLOB NOT NULL -- 32 bytes each, in the order of its columns
      ) STRICT;
      CREATE TABLE quarantine (
        place INTEGER PRIMARY KEY AUTOINCREMENT,
        document_id TEXT NOT NULL,
        reason TEXT NOT NULL,
        set_aside_at INTEGER NOT NULL, -- milliseconds since 1970
        bytes BLOB NOT NULL
      ) STRICT;`,
  },
  {
    name: 'documents-3',
    sql: `
      CREATE TABLE tail (
        place INTEGER PRIMARY KEY,
        chunk_id INTEGER NOT NULL, -- as of chunk
        heads BLOB NOT NULL, -- the document's, with this chunk
        changed_at INTEGER NOT NULL, -- milliseconds since 1970
        bytes BLOB NOT NULL
      ) STRICT;`,
  },
  {
    // The tail is a file of its own from here on; what was in the table moves to its documents.
    name: 'documents-4',
    sql: `
      INSERT INTO chunk (id, bytes) SELECT chunk_id, bytes FROM tail;
      UPDATE document SET
        heads = newest.heads,
        changed_at = newest.changed_at,
        chunk_count = chunk_count + newest.chunk_id % 1048576 + 1 - next_sequence,
        size_bytes = document.size_bytes + newest.size_bytes,
        next_sequence = newest.chunk_id % 1048576 + 1,
        check_pending = max(check_pending, 1)
      FROM (
        -- The bare columns are those of the row with the maximum: https://sqlite.org/lang_select.html#bareagg
        SELECT max(place), chunk_id, heads, changed_at, sum(length(bytes)) AS size_bytes
        FROM tail GROUP BY chunk_id / 1048576
      ) AS newest
      WHERE newest.chunk_id / 1048576 = number;
      DROP TABLE tail;
      CREATE TABLE tail_file (
        salt BLOB NOT NULL -- of the file that changes may lie in; no row where there are none
      ) STRICT;`,
  },
  {
    // What is in quarantine is broken by right: only its own hash tells whether it is as it was.
    name: 'documents-5',
    sql: 'ALTER TABLE quarantine ADD COLUMN sha256 BLOB; -- of the bytes; none of what came before',
  },
];

/** As much as is written before a checkpoint. */
const logBytes = 16 * 2 ** 20;

/** Opens, or makes, the database of one namespace, for this user only. */
export function openDocumentsDatabase(path: string): Database {
  createPrivateFile(path);
  return tuned(openDatabase(path, documentTablesMigrations));
}

/** The same of one that was made before; undefined where its tables are gone. */
export function reopenDocumentsDatabase(path: string): Database | undefined {
  const database = openDatabase(path);
  try {
    if (isEmptied(database)) {
      database.close(true);
      return undefined;
    }
    bringForward(database, documentTablesMigrations);
    return tuned(database);
  } catch (error) {
    database.close(true);
    throw error;
  }
}

/** Whether a newer groundmist has brought this database forward. One that cannot be read is not: who opens it says what it is. */
export function isNewerDatabase(path: string): boolean {
  try {
    using database = new Database(path, { readwrite: true, create: false, strict: true });
    refuseNewer(database, documentTablesMigrations);
    return false;
  } catch (error) {
    return error instanceof NewerDatabaseError;
  }
}

function tuned(database: Database): Database {
  // A log that grew beside a long reader is cut back when it starts again from its beginning.
  database.run(`PRAGMA journal_size_limit = ${logBytes}`);
  return database;
}
