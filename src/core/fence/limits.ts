/** What the child process may cost. */
export interface FenceLimits {
  /** Memory of its own; beyond it the child is killed. Watched where there is `/proc`. */
  readonly memoryBytes: number;
  /** For any piece of work, however small. */
  readonly deadlineMs: number;
  /** And so much more for each megabyte of it. */
  readonly deadlinePerMegabyteMs: number;
  /** From the spawn to the first sign of life. */
  readonly startMs: number;
  /** Without work the child ends after this, and its memory goes back. */
  readonly idleMs: number;
  /** How often a busy child is looked at. */
  readonly watchMs: number;
  /** Sent to the child and not answered yet; one piece of work may always be under way. */
  readonly inFlightBytes: number;
  readonly inFlightCount: number;
  /** Waiting to be sent; beyond it work is turned away as `Busy`. */
  readonly waitingBytes: number;
  /** How often one judgement may ask before it gives up on telling good changes from bad ones. */
  readonly checksPerJudgement: number;
}

/**
 * The slowest machines are some ten times slower than those we measured on, where a megabyte that was made to
 * cost takes one second and the half million operations that are free for every message take another.
 */
export const defaultFenceLimits: FenceLimits = {
  memoryBytes: 1024 * 2 ** 20,
  deadlineMs: 15_000,
  deadlinePerMegabyteMs: 15_000,
  startMs: 30_000,
  idleMs: 1_000,
  watchMs: 100,
  inFlightBytes: 2 ** 20,
  inFlightCount: 64,
  waitingBytes: 256 * 2 ** 20,
  checksPerJudgement: 1_000,
};
