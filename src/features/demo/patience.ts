import { Failure } from '../../core/failure.ts';
import { unlessAborted } from '../../platform/cancelled.ts';
import type { Clock } from '../../platform/clock.ts';

/** Longer than a slow machine needs for any one thing. */
const limitMs = 30_000;
/** Waited in pieces: while the demo is stopped, or the machine asleep, at most one of them passes. */
const pieceMs = 1000;

/** Bounds each wait for a machine. */
export class Patience {
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #broken = Promise.withResolvers<never>();

  /** All waits end with `signal`. */
  constructor(clock: Clock, signal: AbortSignal) {
    this.#clock = clock;
    this.#signal = signal;
    this.#broken.promise.catch(() => {}); // Whoever waits hears of it; perhaps nobody does.
  }

  /** All waits, from now on, fail with this. */
  fail(error: Failure): void {
    this.#broken.reject(error);
  }

  /** What `work` gives. Fails where it takes too long; `what` names what was waited for. */
  async for<Result>(what: string, work: Promise<Result>): Promise<Result> {
    const { promise, reject } = Promise.withResolvers<never>();
    const cancel = this.#afterPieces(limitMs / pieceMs, () => {
      reject(new Failure('Internal', `Nothing came within ${limitMs / 1000} s: ${what}.`));
    });
    try {
      return await unlessAborted(this.#signal, Promise.race([work, promise, this.#broken.promise]));
    } finally {
      cancel();
    }
  }

  #afterPieces(count: number, action: () => void): () => void {
    let cancel: (() => void) | undefined;
    const wait = (left: number): void => {
      if (left === 0) action();
      else cancel = this.#clock.after(pieceMs, () => wait(left - 1));
    };
    wait(count);
    return () => cancel?.();
  }
}
