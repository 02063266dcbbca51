import type { Database, Statement } from 'bun:sqlite';
import type { DocumentId } from '../document-id.ts';
import type { ChunkName } from './chunk-file.ts';

/** What is known of the file of a chunk. */
export interface IndexedChunk extends ChunkName {
  readonly sequence: number;
  readonly size_bytes: number;
  /** SHA-256 of the bytes the rest of this is about; empty where they were damaged when first seen. */
  readonly digest: string;
  readonly is_document: 0 | 1;
  readonly has_interior: 0 | 1;
}

export type NewChunk = Omit<IndexedChunk, 'has_interior'>;

interface Unchecked {
  readonly count: number;
  /** Document chunks whose changes inside nobody knows. */
  readonly claims: number;
}

/** The files that make up each document, in order. */
export class ChunkIndex {
  readonly #all: Statement<IndexedChunk, [string]>;
  readonly #find: Statement<{ sequence: number }, [string, string, string]>;
  readonly #interior: Statement<{ interior: Uint8Array | null }, [string, number]>;
  readonly #unchecked: Statement<Unchecked, [string, number]>;
  readonly #insert: Statement<unknown, [string, number, string, string, number, string, number]>;
  readonly #replace: Statement<unknown, [number, string, number, string, number]>;
  readonly #know: Statement<unknown, [Uint8Array, string, number]>;
  readonly #remove: Statement<unknown, [string, number]>;

  constructor(database: Database) {
    this.#all = database.prepare(
      `SELECT sequence, kind, name, size_bytes, digest, is_document, interior IS NOT NULL AS has_interior
       FROM chunk WHERE document_id = ? ORDER BY sequence`,
    );
    this.#find = database.prepare(
      'SELECT sequence FROM chunk WHERE document_id = ? AND kind = ? AND name = ?',
    );
    this.#interior = database.prepare('SELECT interior FROM chunk WHERE document_id = ? AND sequence = ?');
    this.#unchecked = database.prepare(
      `SELECT count(*) AS count, count(CASE WHEN is_document AND interior IS NULL THEN 1 END) AS claims
       FROM chunk WHERE document_id = ? AND sequence > ?`,
    );
    this.#insert = database.prepare(
      `INSERT INTO chunk (document_id, sequence, kind, name, size_bytes, digest, is_document)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#replace = database.prepare(
      `UPDATE chunk SET size_bytes = ?, digest = ?, is_document = ?, interior = NULL
       WHERE document_id = ? AND sequence = ?`,
    );
    this.#know = database.prepare('UPDATE chunk SET interior = ? WHERE document_id = ? AND sequence = ?');
    this.#remove = database.prepare('DELETE FROM chunk WHERE document_id = ? AND sequence = ?');
  }

  all(id: DocumentId): readonly IndexedChunk[] {
    return this.#all.all(id);
  }

  /** The place of a file, where it is known. */
  find(id: DocumentId, { kind, name }: ChunkName): number | undefined {
    return this.#find.get(id, kind, name)?.sequence;
  }

  interior(id: DocumentId, sequence: number): Uint8Array | undefined {
    return this.#interior.get(id, sequence)?.interior ?? undefined;
  }

  /** What lies after a sequence, where nothing of it was opened. */
  unchecked(id: DocumentId, sequence: number): Unchecked {
    return this.#unchecked.get(id, sequence) ?? { count: 0, claims: 0 };
  }

  insert(id: DocumentId, chunk: NewChunk): void {
    const { sequence, kind, name, size_bytes, digest, is_document } = chunk;
    this.#insert.run(id, sequence, kind, name, size_bytes, digest, is_document);
  }

  /** The same file with other bytes: what was inside is no longer known. */
  replace(
    id: DocumentId,
    { sequence, size_bytes, digest, is_document }: Omit<NewChunk, 'kind' | 'name'>,
  ): void {
    this.#replace.run(size_bytes, digest, is_document, id, sequence);
  }

  /** Remembers what is inside, where there is such a chunk. */
  know(id: DocumentId, sequence: number, interior: Uint8Array): void {
    this.#know.run(interior, id, sequence);
  }

  remove(id: DocumentId, sequence: number): void {
    this.#remove.run(id, sequence);
  }
}
