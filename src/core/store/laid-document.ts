import type { DocumentId } from './document-id.ts';
import type { Heads } from './document-store.ts';

/** One stored chunk as it lies on disk, whatever became of it. */
export interface LaidChunk {
  /** As the store names it; undefined of a file that no index knows, and of a record without its chunk. */
  readonly sequence: number | undefined;
  /** Of a chunk that is a file of its own; absolute. */
  readonly path?: string;
  /** Undefined where it cannot be read at all. */
  readonly bytes: Uint8Array | undefined;
  /** Why it is damaged, the rest of a sentence; undefined where its checksums and its name are right. */
  readonly problem: string | undefined;
  /** What the store keeps of the hashes inside. */
  readonly interior?: Uint8Array | undefined;
}

/** What a store keeps of a document beside its chunks. */
export interface DocumentRecord {
  readonly heads: Heads;
  readonly chunkCount: number;
  readonly sizeBytes: number;
}

/** What an index remembers of a document whose chunks are files; others may have changed them since. */
export interface KnownFiles {
  readonly heads: Heads;
  /** `incremental/<name>`. */
  readonly files: readonly string[];
}

/** A document as it lies on disk. */
export interface LaidDocument {
  readonly id: DocumentId;
  /** Oldest first. */
  readonly chunks: readonly LaidChunk[];
  /** Undefined in a stock folder, which keeps none. */
  readonly record: DocumentRecord | undefined;
  readonly known?: KnownFiles | undefined;
}
