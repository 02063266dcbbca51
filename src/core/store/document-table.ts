import type { Database, Statement } from 'bun:sqlite';
import type { DocumentId } from './document-id.ts';
import type { DocumentFacts } from './document-store.ts';
import { decodeHeads } from './heads.ts';
import type { NamespaceSummary } from './namespace-reader.ts';

export interface DocumentRow {
  /** 0 until it is stored. */
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
  /** The largest of `checkPending` that is in it. */
  readonly check_pending: number;
}

/** What of a document Automerge has still to open, by urgency. */
export const checkPending = { nothing: 0, changes: 1, documentChunks: 2 } as const;

const columns =
  'number, id, heads, chunk_count, size_bytes, next_sequence, changed_at, checked_through, check_pending';

interface SummaryRow {
  readonly documents: number;
  readonly bytes: number | null;
  readonly changed_at: number | null;
}

type Values = [
  heads: Uint8Array,
  chunkCount: number,
  sizeBytes: number,
  nextSequence: number,
  changedAt: number,
  checkedThrough: number,
  checkPending: number,
];

/** A document that is not stored yet. */
export function newDocument(id: DocumentId): DocumentRow {
  return {
    number: 0,
    id,
    heads: new Uint8Array(),
    chunk_count: 0,
    size_bytes: 0,
    next_sequence: 0,
    changed_at: 0,
    checked_through: -1,
    check_pending: checkPending.nothing,
  };
}

/** What is kept of each document beside its chunks. */
export class DocumentTable {
  readonly #database: Pick<Database, 'inTransaction'>;
  /** What is asked of a document and what it holds are mostly read one after the other. */
  #found: { readonly id: DocumentId; readonly row: DocumentRow | undefined } | undefined;
  readonly #find: Statement<DocumentRow, [string]>;
  readonly #numbered: Statement<DocumentRow, [number]>;
  readonly #page: Statement<DocumentRow, [string, number]>;
  readonly #pending: Statement<DocumentRow, [number]>;
  readonly #summary: Statement<SummaryRow, []>;
  readonly #insert: Statement<unknown, [string, ...Values]>;
  readonly #update: Statement<unknown, [...Values, number]>;
  readonly #renumber: Statement<{ number: number }, [number]>;

  constructor(database: Database) {
    this.#database = database;
    this.#find = database.prepare(`SELECT ${columns} FROM document WHERE id = ?`);
    this.#numbered = database.prepare(`SELECT ${columns} FROM document WHERE number = ?`);
    this.#page = database.prepare(
      `SELECT ${columns} FROM document WHERE id > ? AND chunk_count > 0 ORDER BY id LIMIT ?`,
    );
    this.#pending = database.prepare(
      `SELECT ${columns} FROM document WHERE check_pending > 0 ORDER BY check_pending DESC, number LIMIT ?`,
    );
    this.#summary = database.prepare(
      `SELECT count(*) AS documents, sum(size_bytes) AS bytes, max(changed_at) AS changed_at
       FROM document WHERE chunk_count > 0`,
    );
    this.#insert = database.prepare(
      `INSERT INTO document (id, heads, chunk_count, size_bytes, next_sequence, changed_at, checked_through, check_pending)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
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
    if (this.#found?.id === id) return this.#found.row;
    const row = this.#find.get(id) ?? undefined;
    // What a transaction reads may be undone.
    this.#found = this.#database.inTransaction ? undefined : { id, row };
    return row;
  }

  numbered(number: number): DocumentRow | undefined {
    return this.#numbered.get(number) ?? undefined;
  }

  /** Rows with ids after `after`, in order. */
  page(after: string, limit: number): readonly DocumentRow[] {
    return this.#page.all(after, limit);
  }

  /** Documents that wait to be opened by Automerge, the most urgent first. */
  pending(limit: number): readonly DocumentRow[] {
    return this.#pending.all(limit);
  }

  summary(): NamespaceSummary {
    const row = this.#summary.get();
    return {
      documentCount: row?.documents ?? 0,
      sizeBytes: row?.bytes ?? 0,
      changedAt: row?.changed_at ?? undefined,
    };
  }

  /** A new document, which is given its number. */
  insert(row: DocumentRow): DocumentRow {
    this.#found = undefined;
    const { id, heads, chunk_count, size_bytes, next_sequence, changed_at, checked_through, check_pending } =
      row;
    const { lastInsertRowid } = this.#insert.run(
      id,
      heads,
      chunk_count,
      size_bytes,
      next_sequence,
      changed_at,
      checked_through,
      check_pending,
    );
    return { ...row, number: Number(lastInsertRowid) };
  }

  update(row: DocumentRow): void {
    this.#found = undefined;
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
    this.#found = undefined;
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
