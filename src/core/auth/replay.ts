import type { Clock } from '../../platform/clock.ts';
import { Failure } from '../failure.ts';

export interface ReplayWindowOptions {
  /** At most this many at once; beyond it nothing new is accepted. */
  readonly capacity: number;
  readonly keepMs: number;
  readonly clock: Pick<Clock, 'elapsed'>;
}

/**
 * Remembers what was used once. A full window answers `Busy`: making room by forgetting would let
 * a flood of new entries bring a used one back to life. The wall clock has no say in how long.
 */
export class ReplayWindow {
  readonly #capacity: number;
  readonly #keepMs: number;
  readonly #clock: Pick<Clock, 'elapsed'>;
  /** In the order they came, which is the order in which they expire. */
  readonly #expiryByKey = new Map<string, number>();

  constructor(options: ReplayWindowOptions) {
    this.#capacity = options.capacity;
    this.#keepMs = options.keepMs;
    this.#clock = options.clock;
  }

  /** True the first time a key comes within the window, false when it was used before. */
  claim(key: string): boolean {
    const now = this.#clock.elapsed();
    this.#forgetExpired(now);
    if (this.#expiryByKey.has(key)) return false;
    if (this.#expiryByKey.size >= this.#capacity) {
      throw new Failure('Busy', 'Too many requests came in a short time; try again in a few minutes.');
    }
    this.#expiryByKey.set(key, now + this.#keepMs);
    return true;
  }

  #forgetExpired(now: number): void {
    for (const [key, expiresAt] of this.#expiryByKey) {
      if (expiresAt > now) return;
      this.#expiryByKey.delete(key);
    }
  }
}
