import type { Namespace } from '../lexicon/namespace.ts';
import type { DocumentId } from '../store/document-id.ts';
import type { Heads } from '../store/document-store.ts';
import type { LaidChunk } from '../store/laid-document.ts';

/** Who made a damaged change and when, in its own words, as far as they can still be read. */
export interface Author {
  readonly actor: string;
  /** Its number among the changes of its actor. */
  readonly seq: number;
  /** Milliseconds since 1970; undefined where the app did not say. */
  readonly time: number | undefined;
}

/** Something wrong with one chunk. */
export interface ChunkFinding {
  /** Its place among the chunks of its document, from 1. */
  readonly number: number;
  readonly chunk: LaidChunk;
  readonly kind: 'document' | 'change' | 'unknown';
  /** The rest of a sentence. */
  readonly problem: string;
  readonly author: Author | undefined;
  /** Whether its bytes are as they should be, and only what is kept beside them is not. */
  readonly isSound: boolean;
}

/** What is gone with what is damaged. */
export interface Loss {
  /** How many changes are known to be gone; undefined where that cannot be told. */
  readonly changeCount: number | undefined;
  /** Those of them whose hashes something else names. */
  readonly hashes: readonly string[];
  /** Heads that were recorded and cannot be reached any more. */
  readonly heads: Heads;
}

/** What is there without what is damaged. */
export interface Survival {
  /** Whether Automerge opens what is left as one document. */
  readonly loads: boolean;
  /** Of what loads. */
  readonly heads: Heads;
  readonly changeCount: number;
  /** Changes that are whole and wait for others that are not there. */
  readonly waitingCount: number;
}

/** One document, looked at in full. */
export interface DocumentReport {
  readonly namespace: Namespace;
  readonly id: DocumentId;
  readonly chunkCount: number;
  readonly sizeBytes: number;
  readonly findings: readonly ChunkFinding[];
  /** What is wrong with the document as a whole, sentences. */
  readonly problems: readonly string[];
  readonly lost: Loss;
  readonly survives: Survival;
  /** What would have to be recorded of what survives, and what a store must be told so that it is. */
  readonly cure: Cure;
}

export interface Cure {
  /** Chunks to be taken out. */
  readonly aside: readonly LaidChunk[];
  /** Those of what is left. */
  readonly heads: Heads;
  /** By sequence, of document chunks. */
  readonly interiors: ReadonlyMap<number, Uint8Array>;
}

export function isDamaged({ findings, problems }: DocumentReport): boolean {
  return findings.length > 0 || problems.length > 0;
}
