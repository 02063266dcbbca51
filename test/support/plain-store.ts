import type { Database } from 'bun:sqlite';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import base58check from 'bs58check';
import { dirname, join } from 'node:path';
import { loadAutomerge } from '../../src/core/automerge.ts';
import { parseDocumentId, type DocumentId } from '../../src/core/store/document-id.ts';
import { openDatabase } from '../../src/platform/database.ts';

/** Ids that pass the checksum, in the order of their text. */
export const ids = [
  documentId('27VDYUjxVuuZhaZEBw8hM15g6Ds6'),
  documentId('2Ac1uqbSqcDBCc5sn7pujkDyFjyq'),
  documentId('2oMvtLWLY3dGa7j5cUb34gSfDqVw'),
  documentId('W8QaHQomzo3T76bYKKp2inqhSRa'),
] as const;

export interface PlainDocument {
  readonly id: DocumentId;
  readonly chunks: readonly Uint8Array[];
  readonly heads: readonly string[];
  readonly changedAt: number;
}

/** A document with this content: the same bytes each time, stored at a fixed time. */
export async function makeDocument(id: DocumentId, content: Record<string, unknown>): Promise<PlainDocument> {
  const automerge = await loadAutomerge();
  const empty = automerge.init<Record<string, unknown>>({ actor: 'aa'.repeat(16) });
  const opened = automerge.change(
    empty,
    { time: 1_700_000_000 },
    (root) => void Object.assign(root, content),
  );
  const document = { chunks: [automerge.save(opened)], heads: automerge.getHeads(opened) };
  automerge.free(opened);
  return { id, ...document, changedAt: Date.UTC(2025, 10, 21, 5, 41, 7, 89) };
}

/** Writes the documents of a namespace as a server leaves them; the database stays open until disposed. */
export function openStore(
  dataDirectory: string,
  namespace: string,
  documents: readonly PlainDocument[],
): Database {
  const path = join(dataDirectory, ...namespace.split('.'), 'documents.sqlite');
  mkdirSync(dirname(path), { recursive: true });
  const database = openDatabase(path);
  database.run(`
    CREATE TABLE IF NOT EXISTS document (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
      heads BLOB NOT NULL, chunk_count INTEGER NOT NULL, size_bytes INTEGER NOT NULL,
      next_sequence INTEGER NOT NULL, changed_at INTEGER NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS chunk (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;`);
  for (const document of documents) insertDocument(database, document);
  return database;
}

/** The same, closed cleanly. */
export function writeStore(
  dataDirectory: string,
  namespace: string,
  documents: readonly PlainDocument[],
): void {
  openStore(dataDirectory, namespace, documents).close(true);
}

export function insertDocument(database: Database, { id, chunks, heads, changedAt }: PlainDocument): void {
  const sizeBytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  database.transaction(() => {
    const { lastInsertRowid } = database.run(
      'INSERT INTO document (id, heads, chunk_count, size_bytes, next_sequence, changed_at) VALUES (?, ?, ?, ?, ?, ?)',
      [id, Buffer.from(heads.join(''), 'hex'), chunks.length, sizeBytes, chunks.length, changedAt],
    );
    for (const [sequence, chunk] of chunks.entries()) {
      const row = Number(lastInsertRowid) * 2 ** 20 + sequence;
      database.run('INSERT INTO chunk (id, bytes) VALUES (?, ?)', [row, chunk]);
    }
  })();
}

/** Writes a document as automerge-repo's file storage does: one snapshot, the rest as increments. */
export function writeStock(dataDirectory: string, namespace: string, document: PlainDocument): string {
  const { id, chunks, heads } = document;
  const folder = join(dataDirectory, ...namespace.split('.'), id.slice(0, 2), id.slice(2));
  for (const [index, chunk] of chunks.entries()) {
    const kind = index === 0 ? 'snapshot' : 'incremental';
    const named = index === 0 ? heads.join('') : chunk;
    mkdirSync(join(folder, kind), { recursive: true });
    writeFileSync(join(folder, kind, createHash('sha256').update(named).digest('hex')), chunk);
  }
  return folder;
}

/** An id for each number. */
export function numberedId(number: number): DocumentId {
  const uuid = new Uint8Array(16);
  new DataView(uuid.buffer).setUint32(4, number);
  return documentId(base58check.encode(uuid));
}

function documentId(text: string): DocumentId {
  const id = parseDocumentId(text);
  if (id) return id;
  throw new Error(`${text} is no document id`);
}
