import type { Database } from 'bun:sqlite';
import { openDatabase, type Migration } from '../../platform/database.ts';
import { createPrivateFile } from './private-file.ts';

/** The tables of one namespace. A chunk's id is its document's number · 2²⁰ + its sequence. */
const tables: readonly Migration[] = [
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
];

/** Opens, or makes, the database of one namespace, for this user only. */
export function openDocumentsDatabase(path: string): Database {
  createPrivateFile(path);
  return openDatabase(path, tables);
}
