import type { Database } from 'bun:sqlite';
import { rmSync } from 'node:fs';
import { NewerDatabaseError, openDatabase, type Migration } from '../../../platform/database.ts';
import { errorCode } from '../error-code.ts';
import { createPrivateFile } from '../private-file.ts';

/** What is known of the files of one namespace. Made anew where it is lost; the files are the truth. */
const tables: readonly Migration[] = [
  {
    name: 'files-1',
    sql: `
      CREATE TABLE document (
        id TEXT PRIMARY KEY,
        heads BLOB NOT NULL, -- 32 bytes each, sorted, concatenated; none where nobody has looked yet
        next_sequence INTEGER NOT NULL,
        checked_through INTEGER NOT NULL, -- a sequence, or -1
        check_pending INTEGER NOT NULL, -- 0 nothing, 1 changes, 2 document chunks
        changed_at INTEGER NOT NULL -- milliseconds since 1970
      ) STRICT;
      CREATE INDEX document_check_pending ON document (check_pending) WHERE check_pending > 0;
      CREATE TABLE chunk (
        document_id TEXT NOT NULL,
        sequence INTEGER NOT NULL,
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        size_bytes INTEGER NOT NULL,
        digest TEXT NOT NULL, -- SHA-256 of the bytes, for a snapshot is not named by them; '' where damaged
        is_document INTEGER NOT NULL, -- whether a document chunk is in it
        interior BLOB, -- hashes of its changes, 32 bytes each, in the order of its columns
        PRIMARY KEY (document_id, sequence),
        UNIQUE (document_id, kind, name)
      ) STRICT;`,
  },
  {
    // The sizes without the hashes beside them, which are many times as much to read.
    name: 'files-2',
    sql: 'CREATE INDEX chunk_size ON chunk (document_id, size_bytes)',
  },
];

/** Opens the index of one namespace, made anew where there is none, it is broken, or a newer groundmist made it. A commit is not synced. */
export function openIndexDatabase(path: string): Database {
  try {
    return openSound(path);
  } catch (error) {
    if (!isBroken(error)) throw error;
  }
  for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true });
  return openSound(path);
}

function openSound(path: string): Database {
  createPrivateFile(path);
  const database = openDatabase(path, tables);
  try {
    const found = database.query<{ quick_check: string }, []>('PRAGMA quick_check(1)').get();
    if (found?.quick_check !== 'ok') throw new BrokenIndexError();
    database.run('PRAGMA synchronous = NORMAL');
    return database;
  } catch (error) {
    database.close(true);
    throw error;
  }
}

class BrokenIndexError extends Error {
  readonly code = 'SQLITE_CORRUPT';
}

function isBroken(error: unknown): boolean {
  if (error instanceof NewerDatabaseError) return true;
  const code = errorCode(error) ?? '';
  return code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB';
}
