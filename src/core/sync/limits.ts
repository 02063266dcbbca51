/** What a socket may ask of this server. */
export interface SyncLimits {
  /** Largest frame of a joined peer, bytes. */
  readonly frameBytes: number;
  /** Largest frame before `join`, bytes. */
  readonly joinFrameBytes: number;
  /** From the upgrade to `join`. */
  readonly joinTimeoutMs: number;
  /** Queued to a slow peer; beyond it the socket closes with 1013. */
  readonly outboundBytes: number;
  /** Received from one peer and not worked through yet. */
  readonly inboundBytes: number;
  /** What the changes of one sync message inflate to. */
  readonly inflatedBytes: number;
  /** Operations one document may have, and one sync message may bring. */
  readonly operationsPerDocument: number;
  /** Documents one socket may have open. */
  readonly documentsPerPeer: number;
  /** How long `doc-unavailable` is held while other peers are connected. */
  readonly unavailableHoldMs: number;
  /** Largest presence message, bytes. */
  readonly ephemeralBytes: number;
  /** Changes of all graphs in memory together, and some for each; the least recently used leave first. */
  readonly changesInMemory: number;
  /** Chunks of one document before they are compacted into one; large documents wait longer. */
  readonly chunksBeforeCompaction: number;
  /** Larger documents are judged by Automerge when they are compacted, and not after each change. */
  readonly judgedBytes: number;
  /** From a change to Automerge's judgement, which takes in all that came meanwhile. */
  readonly judgedAfterMs: number;
}

export const defaultSyncLimits: SyncLimits = {
  frameBytes: 32 * 1024 * 1024,
  joinFrameBytes: 4 * 1024,
  joinTimeoutMs: 10_000,
  outboundBytes: 16 * 1024 * 1024,
  inboundBytes: 64 * 1024 * 1024,
  inflatedBytes: 256 * 1024 * 1024,
  operationsPerDocument: 8_000_000,
  documentsPerPeer: 50_000,
  unavailableHoldMs: 5_000,
  ephemeralBytes: 64 * 1024,
  changesInMemory: 100_000,
  chunksBeforeCompaction: 64,
  judgedBytes: 1024 * 1024,
  judgedAfterMs: 2_000,
};
