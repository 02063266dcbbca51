import type { DocumentId } from './document-id.ts';

/** Hashes of the latest changes of a document: lower-case hex of SHA-256, sorted. */
export type Heads = readonly string[];

/** What one namespace keeps of one document. */
export interface StoredDocument {
  readonly heads: Heads;
  /** Automerge chunks, oldest first; joined they load as one document. */
  readonly chunks: readonly Uint8Array[];
  /** Sequence of the newest chunk, for `compact`. */
  readonly lastSequence: number;
}

export interface DocumentFacts {
  readonly id: DocumentId;
  readonly heads: Heads;
  readonly chunkCount: number;
  readonly sizeBytes: number;
  /** Milliseconds since 1970 of the last write. */
  readonly changedAt: number;
}

export interface Addition {
  readonly chunks: readonly Uint8Array[];
  /** The document's heads once these chunks are in it. */
  readonly heads: Heads;
}

export interface Compaction {
  readonly snapshot: Uint8Array;
  readonly heads: Heads;
  /** The snapshot holds every chunk up to and with this sequence; later ones stay. */
  readonly throughSequence: number;
}

export interface ListOptions {
  /** Ids after this one, in order; the first page where undefined. */
  readonly after?: DocumentId | undefined;
  readonly limit: number;
}

/**
 * The durable side of one namespace. What a promise of a writing method answers is on disk
 * (fsync included); a rejected one left the old state. Every backend passes
 * test/core/store/document-store.contract.ts.
 */
export interface DocumentStore {
  load(id: DocumentId): Promise<StoredDocument | undefined>;
  append(id: DocumentId, addition: Addition): Promise<void>;
  compact(id: DocumentId, compaction: Compaction): Promise<void>;
  facts(id: DocumentId): Promise<DocumentFacts | undefined>;
  list(options: ListOptions): Promise<readonly DocumentFacts[]>;
  /** Flushes what waits, then closes. */
  close(): Promise<void>;
}
