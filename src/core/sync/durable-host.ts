import type { DocumentFence } from '../fence/fence.ts';
import type { DocumentStore } from '../store/document-store.ts';
import type { SyncLimits } from './limits.ts';

/** What the durable side of a document works with. */
export interface DurableHost {
  readonly store: DocumentStore;
  readonly fence: DocumentFence;
  readonly limits: Pick<SyncLimits, 'chunksBeforeCompaction' | 'judgedBytes' | 'operationRuns'>;
}

export interface DurableListener {
  /** A document chunk that was stored is not what it claimed; the rest of a sentence. */
  claimRefused(reason: string): void;
  /** Automerge refuses changes that were stored; the chunks with which something is wrong. */
  changesRefused(chunks: readonly Uint8Array[], reason: string): void;
  /** A stored chunk cannot be read back; the rest of a sentence. What is left is served. */
  damaged(reason: string): void;
  /** What Automerge said could not be written down, and will be found out again. */
  unwritten(error: unknown): void;
}
