import type { Database, Statement } from 'bun:sqlite';
import { sha256 } from './sha256.ts';
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

interface SetAsideBytes {
  /** Anything where it is not known. */
  readonly documentId: string;
  readonly reason: string;
  readonly now: number;
  readonly bytes: Uint8Array;
}

/** Chunks that are no longer part of their documents, kept for `verify` and the owner. */
export class QuarantineTable {
  readonly #take: Statement<unknown, [string, string, number, Uint8Array, Uint8Array]>;
  readonly #chunk: Statement<{ bytes: Uint8Array }, [number]>;
  readonly #page: Statement<QuarantineRow, [number, number]>;
  readonly #bytes: Statement<{ bytes: Uint8Array }, [number]>;

  constructor(database: Database) {
    this.#take = database.prepare(
      'INSERT INTO quarantine (document_id, reason, set_aside_at, bytes, sha256) VALUES (?, ?, ?, ?, ?)',
    );
    this.#chunk = database.prepare('SELECT bytes FROM chunk WHERE id = ?');
    this.#page = database.prepare(
      `SELECT place, document_id, reason, length(bytes) AS size_bytes, set_aside_at
       FROM quarantine WHERE place > ? ORDER BY place LIMIT ?`,
    );
    this.#bytes = database.prepare('SELECT bytes FROM quarantine WHERE place = ?');
  }

  /** Copies a chunk; nothing where there is none. */
  take({ chunkId, documentId, reason, now }: Leaving): void {
    const chunk = this.#chunk.get(chunkId);
    if (chunk) this.put({ documentId, reason, now, bytes: chunk.bytes });
  }

  put({ documentId, reason, now, bytes }: SetAsideBytes): void {
    this.#take.run(documentId, reason, now, bytes, sha256(bytes));
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
