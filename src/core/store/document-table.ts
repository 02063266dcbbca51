import type { Database, Statement } from 'bun:sqlite';
import type { DocumentId } from './document-id.ts';
import type { DocumentFacts } from './document-store.ts';
import { decodeHeads } from './heads.ts';

export interface DocumentRow {
  readonly number: number;
  readonly id: DocumentId;
  readonly heads: Uint8Array;
  /** None of a document that was set aside whole: its number is not given away again. */
  readonly chunk_count: number;
  readonly size_bytes: number;
  readonly next_sequence: number;
  readonly changed_at: number;
  /** The last sequence that Automerge has opened together with all before it; -1 where none. */
  readonly checked_through: number;
  readonly check_pending: CheckPending;
}

/** What of a document Automerge has still to open, by urgency. */
export const checkPending = { nothing: 0, changes: 1, documentChunks: 2 } as const;
type CheckPending = (typeof checkPending)[keyof typeof checkPending];

const columns =
  'number, id, heads, chunk_count, size_bytes, next_sequence, changed_at, checked_through, check_pending';
const empty = {
  heads: new Uint8Array(),
  chunk_count: 0,
  size_bytes: 0,
  next_sequence: 0,
  checked_through: -1,
  check_pending: checkPending.nothing,
} as const;

/** What is kept of each document beside its chunks. */
export class DocumentTable {
  readonly #find: Statement<DocumentRow, [string]>;
  readonly #page: Statement<DocumentRow, [string, number]>;
  readonly #pending: Statement<{ id: DocumentId }, [number]>;
  readonly #insert: Statement<{ number: number }, [string, number]>;
  readonly #update: Statement<unknown, [Uint8Array, number, number, number, number, number, number, number]>;
  readonly #renumber: Statement<{ number: number }, [number]>;

  constructor(database: Database) {
    this.#find = database.prepare(`SELECT ${columns} FROM document WHERE id = ?`);
    this.#page = database.prepare(
      `SELECT ${columns} FROM document WHERE id > ? AND chunk_count > 0 ORDER BY id LIMIT ?`,
    );
    this.#pending = database.prepare(
      'SELECT id FROM document WHERE check_pending > 0 ORDER BY check_pending DESC, number LIMIT ?',
    );
    this.#insert = database.prepare(
      `INSERT INTO document (id, heads, chunk_count, size_bytes, next_sequence, changed_at, checked_through, check_pending)
       VALUES (?, x'', 0, 0, 0, ?, -1, 0) RETURNING number`,
    );
    this.#update = database.prepare(
      `UPDATE document SET heads = ?, chunk_count = ?, size_bytes = ?, next_sequence = ?, changed_at = ?,
         checked_through = ?, check_pending = ?
       WHERE number = ?`,
    );
    this.#renumber = database.prepare(
      `UPDATE document SET number = (SELECT max(number) + 1 FROM document)
       WHERE number = ? RETURNING number`,
    );
  }

  /** Also of a document that was set aside whole. */
  find(id: DocumentId): DocumentRow | undefined {
    return this.#find.get(id) ?? undefined;
  }

  /** Rows with ids after `after`, in order. */
  page(after: string, limit: number): readonly DocumentRow[] {
    return this.#page.all(after, limit);
  }

  /** Documents that wait to be opened by Automerge, the most urgent first. */
  pending(limit: number): readonly DocumentId[] {
    return this.#pending.all(limit).map(({ id }) => id);
  }

  /** A new document without chunks. */
  insert(id: DocumentId, changedAt: number): DocumentRow {
    const inserted = this.#insert.get(id, changedAt);
    if (inserted === null) throw new Error('SQLite gave no number to a new document');
    return { ...empty, id, number: inserted.number, changed_at: changedAt };
  }

  update(row: DocumentRow): void {
    const { heads, chunk_count, size_bytes, next_sequence, changed_at, number } = row;
    const { checked_through, check_pending } = row;
    this.#update.run(
      heads,
      chunk_count,
      size_bytes,
      next_sequence,
      changed_at,
      checked_through,
      check_pending,
      number,
    );
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
    isChecked: row.check_pending === checkPending.nothing,
  };
}
