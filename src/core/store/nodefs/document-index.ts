import type { Database, Statement } from 'bun:sqlite';
import type { DocumentId } from '../document-id.ts';
import type { NamespaceSummary } from '../namespace-reader.ts';

export interface IndexedDocument {
  readonly id: DocumentId;
  /** 32 bytes each; none where nobody has looked yet. */
  readonly heads: Uint8Array;
  readonly next_sequence: number;
  /** The last sequence that Automerge has opened together with all before it; -1 where none. */
  readonly checked_through: number;
  readonly check_pending: 0 | 1 | 2;
  readonly changed_at: number;
}

interface SummaryRow {
  readonly documents: number;
  readonly bytes: number;
  readonly changed_at: number | null;
}

const columns = 'id, heads, next_sequence, checked_through, check_pending, changed_at';

/** What is known of each document beside its chunks; kept when its last chunk was set aside, for its sequences. */
export class DocumentIndex {
  readonly #find: Statement<IndexedDocument, [string]>;
  readonly #page: Statement<{ id: DocumentId }, [string, number]>;
  readonly #pending: Statement<{ id: DocumentId }, [number]>;
  readonly #summary: Statement<SummaryRow, []>;
  readonly #put: Statement<unknown, [string, Uint8Array, number, number, number, number]>;

  constructor(database: Database) {
    this.#find = database.prepare(`SELECT ${columns} FROM document WHERE id = ?`);
    this.#page = database.prepare('SELECT id FROM document WHERE id > ? ORDER BY id LIMIT ?');
    this.#pending = database.prepare(
      'SELECT id FROM document WHERE check_pending > 0 ORDER BY check_pending DESC, rowid LIMIT ?',
    );
    this.#summary = database.prepare(
      `SELECT count(*) AS documents, coalesce(sum(bytes), 0) AS bytes, max(changed_at) AS changed_at
       FROM (SELECT changed_at, next_sequence,
         (SELECT sum(size_bytes) FROM chunk WHERE document_id = document.id) AS bytes FROM document)
       WHERE bytes IS NOT NULL OR next_sequence = 0`,
    );
    this.#put = database.prepare(
      `INSERT INTO document (${columns}) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET heads = excluded.heads, next_sequence = excluded.next_sequence,
         checked_through = excluded.checked_through, check_pending = excluded.check_pending,
         changed_at = excluded.changed_at`,
    );
  }

  find(id: DocumentId): IndexedDocument | undefined {
    return this.#find.get(id) ?? undefined;
  }

  /** Ids after `after` in order, those of documents without chunks too. */
  page(after: string, limit: number): readonly DocumentId[] {
    return this.#page.all(after, limit).map(({ id }) => id);
  }

  /** Documents that wait to be opened by Automerge, the most urgent first. */
  pending(limit: number): readonly DocumentId[] {
    return this.#pending.all(limit).map(({ id }) => id);
  }

  /** Of documents with chunks, and of those at whose chunks nobody has looked yet: these have no size and no time. */
  summary(): NamespaceSummary {
    const row = this.#summary.get();
    return {
      documentCount: row?.documents ?? 0,
      sizeBytes: row?.bytes ?? 0,
      changedAt: row?.changed_at || undefined,
    };
  }

  put(row: IndexedDocument): void {
    const { id, heads, next_sequence, checked_through, check_pending, changed_at } = row;
    this.#put.run(id, heads, next_sequence, checked_through, check_pending, changed_at);
  }
}

/** A document of which nothing is known. */
export function unknownDocument(id: DocumentId): IndexedDocument {
  return {
    id,
    heads: new Uint8Array(),
    next_sequence: 0,
    checked_through: -1,
    check_pending: 0,
    changed_at: 0,
  };
}
