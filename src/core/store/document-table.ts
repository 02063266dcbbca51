import type { Database, Statement } from 'bun:sqlite';
import type { DocumentId } from './document-id.ts';
import type { DocumentFacts } from './document-store.ts';
import { decodeHeads } from './heads.ts';

export interface DocumentRow {
  readonly number: number;
  readonly id: DocumentId;
  readonly heads: Uint8Array;
  readonly chunk_count: number;
  readonly size_bytes: number;
  readonly next_sequence: number;
  readonly changed_at: number;
}

const columns = 'number, id, heads, chunk_count, size_bytes, next_sequence, changed_at';

/** What is kept of each document beside its chunks. */
export class DocumentTable {
  readonly #find: Statement<DocumentRow, [string]>;
  readonly #page: Statement<DocumentRow, [string, number]>;
  readonly #insert: Statement<{ number: number }, [string, number]>;
  readonly #update: Statement<unknown, [Uint8Array, number, number, number, number, number]>;
  readonly #renumber: Statement<{ number: number }, [number]>;

  constructor(database: Database) {
    this.#find = database.prepare(`SELECT ${columns} FROM document WHERE id = ?`);
    this.#page = database.prepare(`SELECT ${columns} FROM document WHERE id > ? ORDER BY id LIMIT ?`);
    this.#insert = database.prepare(
      `INSERT INTO document (id, heads, chunk_count, size_bytes, next_sequence, changed_at)
       VALUES (?, x'', 0, 0, 0, ?) RETURNING number`,
    );
    this.#update = database.prepare(
      `UPDATE document SET heads = ?, chunk_count = ?, size_bytes = ?, next_sequence = ?, changed_at = ?
       WHERE number = ?`,
    );
    this.#renumber = database.prepare(
      `UPDATE document SET number = (SELECT max(number) + 1 FROM document)
       WHERE number = ? RETURNING number`,
    );
  }

  find(id: DocumentId): DocumentRow | undefined {
    return this.#find.get(id) ?? undefined;
  }

  /** Rows with ids after `after`, in order. */
  page(after: string, limit: number): readonly DocumentRow[] {
    return this.#page.all(after, limit);
  }

  /** A new document without chunks. */
  insert(id: DocumentId, changedAt: number): DocumentRow {
    const inserted = this.#insert.get(id, changedAt);
    if (inserted === null) throw new Error('SQLite gave no number to a new document');
    const empty = { heads: new Uint8Array(), chunk_count: 0, size_bytes: 0, next_sequence: 0 };
    return { ...empty, id, number: inserted.number, changed_at: changedAt };
  }

  update(row: DocumentRow): void {
    const { heads, chunk_count, size_bytes, next_sequence, changed_at, number } = row;
    this.#update.run(heads, chunk_count, size_bytes, next_sequence, changed_at, number);
  }

  /** Gives a document a number that none ever had; its chunks are not moved. */
  renumber(row: DocumentRow): DocumentRow {
    const renumbered = this.#renumber.get(row.number);
    if (renumbered === null) throw new Error('SQLite gave no new number to a document');
    return { ...row, number: renumbered.number };
  }
}

export function toFacts(row: DocumentRow): DocumentFacts {
  return {
    id: row.id,
    heads: decodeHeads(row.heads),
    chunkCount: row.chunk_count,
    sizeBytes: row.size_bytes,
    changedAt: row.changed_at,
  };
}
