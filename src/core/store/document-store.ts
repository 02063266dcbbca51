import type { DocumentId } from './document-id.ts';
import type { NamespaceSummary } from './namespace-reader.ts';

/** Hashes of the latest changes of a document: lower-case hex of SHA-256, sorted. */
export type Heads = readonly string[];

export interface StoredChunk {
  /** Its place among the chunks of the document: opaque, ascending. */
  readonly sequence: number;
  /** As they came; one or more Automerge chunks, one after the other. */
  readonly bytes: Uint8Array;
  /**
   * Whether the hashes of the changes inside are known (`interior`): of a document chunk that Automerge has
   * opened. False of a change, and of a document chunk that is still its sender's claim.
   */
  readonly hasInterior: boolean;
}

/** A chunk that was stored and cannot be read back. */
export interface DamagedChunk {
  /** Undefined where the store knows that a chunk is gone, and not which. */
  readonly sequence: number | undefined;
  /** The rest of a sentence. */
  readonly reason: string;
}

/** What one namespace keeps of one document. */
export interface StoredDocument {
  /** Those of all that was stored, what is damaged now included. */
  readonly heads: Heads;
  /** The intact ones, oldest first; without damage they load as one document when joined. */
  readonly chunks: readonly StoredChunk[];
  readonly damaged: readonly DamagedChunk[];
  /** Every chunk up to and with this sequence was opened together by Automerge. */
  readonly checkedThrough: number;
}

export interface DocumentFacts {
  readonly id: DocumentId;
  readonly heads: Heads;
  readonly chunkCount: number;
  readonly sizeBytes: number;
  /** Milliseconds since 1970 of the last write. */
  readonly changedAt: number;
  /** Whether Automerge has opened all of it. */
  readonly isChecked: boolean;
}

export interface Addition {
  readonly chunks: readonly Uint8Array[];
  /** The document's heads once these chunks are in it. */
  readonly heads: Heads;
  /** When they were written, in milliseconds since 1970, where that was in another store; now where undefined. */
  readonly changedAt?: number | undefined;
}

/** What Automerge found when it opened chunks. */
export interface Vouching {
  /** By the sequence of a document chunk: the hashes of the changes inside, 32 bytes each, in the order of its columns. */
  readonly interiors: ReadonlyMap<number, Uint8Array>;
  readonly throughSequence: number;
}

export interface Compaction {
  readonly snapshot: Uint8Array;
  /** The hashes of the changes inside the snapshot, 32 bytes each, in the order of its columns. */
  readonly interior: Uint8Array;
  /** Those the snapshot should have, to be compared with those in it. */
  readonly heads?: Heads | undefined;
  /** The snapshot holds every chunk up to and with this sequence; later ones stay. */
  readonly throughSequence: number;
}

export interface SettingAside {
  readonly sequences: readonly number[];
  /** A sentence, for the owner. */
  readonly reason: string;
  /** Those of what is left. */
  readonly heads: Heads;
}

/** A chunk in quarantine. */
export interface SetAsideChunk {
  /** Its place in the quarantine: ascending, never used twice. */
  readonly place: number;
  readonly documentId: DocumentId;
  readonly reason: string;
  readonly sizeBytes: number;
  /** Milliseconds since 1970. */
  readonly setAsideAt: number;
}

export interface ListOptions {
  /** Ids after this one, in order; the first page where undefined. */
  readonly after?: DocumentId | undefined;
  readonly limit: number;
}

export interface SetAsideOptions {
  /** Places after this one, in order; the first page where undefined. */
  readonly after?: number | undefined;
  readonly limit: number;
}

/**
 * The durable side of one namespace. What a promise of a writing method answers is on disk
 * (fsync included); a rejected one left the old state. Every backend passes
 * test/core/store/document-store.contract.ts.
 */
export interface DocumentStore {
  /** `StoreDamaged` only where not even the list of its chunks can be read. */
  load(id: DocumentId): Promise<StoredDocument | undefined>;
  /** The sequences of the new chunks. */
  append(id: DocumentId, addition: Addition): Promise<readonly number[]>;
  /** The hashes inside a document chunk, 32 bytes each, in the order of its columns. */
  interior(id: DocumentId, sequence: number): Promise<Uint8Array | undefined>;
  /** Not durable when it resolves, for it can be found out again; it never waits for the disk. */
  vouch(id: DocumentId, vouching: Vouching): Promise<void>;
  /** The document's heads stay. Refused while one of the chunks to be replaced is damaged. */
  compact(id: DocumentId, compaction: Compaction): Promise<void>;
  /** Takes chunks out of a document and keeps them in quarantine. A document of which nothing is left is gone. */
  setAside(id: DocumentId, aside: SettingAside): Promise<void>;
  /** A page of the quarantine. */
  setAsideChunks(options: SetAsideOptions): Promise<readonly SetAsideChunk[]>;
  setAsideBytes(place: number): Promise<Uint8Array | undefined>;
  /** Documents that Automerge has not opened wholly, those with unopened document chunks first. */
  unchecked(limit: number): Promise<readonly DocumentId[]>;
  facts(id: DocumentId): Promise<DocumentFacts | undefined>;
  list(options: ListOptions): Promise<readonly DocumentFacts[]>;
  /** Opens no document: one that was written behind the back of the store counts by what is known of it yet. */
  summary(): Promise<NamespaceSummary>;
  /** Flushes what waits, then closes. */
  close(): Promise<void>;
}
