import type { RateLimit } from '../../platform/limits.ts';

type Rate = Pick<RateLimit, 'burst' | 'everyMs'>;

/** Of presence; rates in KiB, a message counting as one at least. */
export interface PresenceLimits {
  /** Largest message, bytes. */
  readonly mostBytes: number;
  readonly perDocument: Rate;
  readonly perSocket: Rate;
  /** Messages beyond these rates, before the socket is closed. */
  readonly beyond: Rate;
  /** Documents whose rate is remembered for a socket. */
  readonly documents: number;
}

/** What a socket may ask of this server. */
export interface SyncLimits {
  /** Largest frame of a joined peer, bytes. */
  readonly frameBytes: number;
  /** Largest frame before `join`, bytes. */
  readonly joinFrameBytes: number;
  /** From the upgrade to `join`. */
  readonly joinTimeoutMs: number;
  /** From one ping to the next: many proxies and routers forget a connection that was silent for a minute, some after half of that. */
  readonly pingEveryMs: number;
  /** Pings without a sign of life; then the socket closes. Over a slow line an answer waits behind all that was sent before. */
  readonly unansweredPings: number;
  /** Queued to a slow peer; beyond it the socket closes with 1013. */
  readonly outboundBytes: number;
  /** Received from one peer and not worked through yet. */
  readonly inboundBytes: number;
  /** What the changes of one sync message inflate to at most; those that are made of almost nothing, to a quarter of it. */
  readonly inflatedBytes: number;
  /** Operations one document may have, and one sync message may bring. */
  readonly operationsPerDocument: number;
  /**
   * Changes of one document that nobody has built on yet. A sync message names them all, and one that names more than 10,000 is
   * refused: beyond that, nobody could say what he has. Devices and tabs that were apart make a few.
   */
  readonly headsPerDocument: number;
  /** Changes that are walked over to find out what stands before those of one message; the rest of it comes with the next. */
  readonly walkedPerMessage: number;
  /**
   * Operations of one document that are known by what they did, those in a row as one. What changes refer to in a larger one is only known to be
   * there before they are taken, and the rest is left to Automerge's judgement.
   */
  readonly operationRuns: number;
  /** Documents one socket may have open. */
  readonly documentsPerPeer: number;
  /** How long `doc-unavailable` is held while other peers are connected. */
  readonly unavailableHoldMs: number;
  /** Answers held for one peer; beyond it documents are said to be unavailable at once. */
  readonly unavailableHeld: number;
  /** Documents that were not here and are pushed to a peer when they come; the one asked for longest ago is forgotten. */
  readonly wantedPerPeer: number;
  readonly presence: PresenceLimits;
  /** Messages of one socket that may come at once, and how fast more may; beyond it the socket is not read for a while. */
  readonly messagesAtOnce: number;
  readonly messagesPerSecond: number;
  /** Documents that wait for Automerge's look; more are found again later. */
  readonly checksWaiting: number;
  /** Changes of all graphs in memory together, and some for each; the least recently used leave first. */
  readonly changesInMemory: number;
  /** Chunks of one document before they are compacted into one; large documents wait longer. */
  readonly chunksBeforeCompaction: number;
  /** Nobody waits until Automerge has judged a larger document, and it judges that the more seldom the larger it is. */
  readonly judgedBytes: number;
  /** From a new document, or one that is worth compacting, to Automerge's look at it. */
  readonly openedAfterMs: number;
  /**
   * From a change to Automerge's judgement, which takes in all that came meanwhile, and as much again for each `judgedBytes` of the document; who
   * takes the whole of a small one has it at once.
   */
  readonly judgedAfterMs: number;
}

export const defaultSyncLimits: SyncLimits = {
  frameBytes: 32 * 1024 * 1024,
  joinFrameBytes: 4 * 1024,
  joinTimeoutMs: 10_000,
  pingEveryMs: 25_000,
  unansweredPings: 4,
  outboundBytes: 16 * 1024 * 1024,
  inboundBytes: 64 * 1024 * 1024,
  inflatedBytes: 256 * 1024 * 1024,
  operationsPerDocument: 8_000_000,
  headsPerDocument: 1_000,
  walkedPerMessage: 5_000_000,
  operationRuns: 500_000,
  documentsPerPeer: 50_000,
  unavailableHoldMs: 5_000,
  unavailableHeld: 2_000,
  wantedPerPeer: 10_000,
  presence: {
    mostBytes: 64 * 1024,
    perDocument: { burst: 200, everyMs: 10 },
    perSocket: { burst: 1_000, everyMs: 2 },
    beyond: { burst: 10_000, everyMs: 2 },
    documents: 256,
  },
  messagesAtOnce: 200_000,
  messagesPerSecond: 5_000,
  checksWaiting: 1_000,
  changesInMemory: 100_000,
  chunksBeforeCompaction: 128,
  judgedBytes: 1024 * 1024,
  openedAfterMs: 2_000,
  judgedAfterMs: 30_000,
};
