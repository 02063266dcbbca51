import type { Database, Statement } from 'bun:sqlite';
import type { DocumentId } from './document-id.ts';
import type { SetAsideChunk } from './document-store.ts';

interface QuarantineRow {
  readonly place: number;
  readonly document_id: DocumentId;
  readonly reason: string;
  readonly size_bytes: number;
  readonly set_aside_at: number;
}

/** A chunk to be taken out of its document. */
interface Leaving {
  readonly chunkId: number;
  readonly documentId: DocumentId;
  readonly reason: string;
  readonly now: number;
}

/** Chunks that are no longer part of their documents, kept for `verify` and the owner. */
export class QuarantineTable {
  readonly #take: Statement<unknown, [string, string, number, number]>;
  readonly #put: Statement<unknown, [string, string, number, Uint8Array]>;
  readonly #page: Statement<QuarantineRow, [number, number]>;
  readonly #bytes: Statement<{ bytes: Uint8Array }, [number]>;

  constructor(database: Database) {
    this.#take = database.prepare(
      `INSERT INTO quarantine (document_id, reason, set_aside_at, bytes)
       SELECT ?, ?, ?, bytes FROM chunk WHERE id = ?`,
    );
    this.#put = database.prepare(
      'INSERT INTO quarantine (document_id, reason, set_aside_at, bytes) VALUES (?, ?, ?, ?)',
    );
    this.#page = database.prepare(
      `SELECT place, document_id, reason, length(bytes) AS size_bytes, set_aside_at
       FROM quarantine WHERE place > ? ORDER BY place LIMIT ?`,
    );
    this.#bytes = database.prepare('SELECT bytes FROM quarantine WHERE place = ?');
  }

  /** Copies a chunk; nothing where there is none. */
  take({ chunkId, documentId, reason, now }: Leaving): void {
    this.#take.run(documentId, reason, now, chunkId);
  }

  /** Adds one that was in quarantine elsewhere. */
  put({ documentId, reason, setAsideAt }: SetAsideChunk, bytes: Uint8Array): void {
    this.#put.run(documentId, reason, setAsideAt, bytes);
  }

  page(after: number, limit: number): readonly SetAsideChunk[] {
    return this.#page.all(after, limit).map((row) => ({
      place: row.place,
      documentId: row.document_id,
      reason: row.reason,
      sizeBytes: row.size_bytes,
      setAsideAt: row.set_aside_at,
    }));
  }

  bytes(place: number): Uint8Array | undefined {
    return this.#bytes.get(place)?.bytes;
  }
}
