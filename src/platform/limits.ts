export interface RateLimit {
  /** How many may come at once after a pause. */
  readonly burst: number;
  /** Milliseconds after which one more may come. */
  readonly everyMs: number;
  /** How many keys are remembered; the one unheard of for longest is forgotten first. */
  readonly mostKeys: number;
}

/** How often something may happen for each key: a burst, then one every so often (GCRA, ITU-T I.371). */
export class RateLimiter {
  readonly #limit: RateLimit;
  /** When each key has used up what it took, the key heard of last at the end. */
  readonly #paidAt = new Map<string, number>();

  constructor(limit: RateLimit) {
    this.#limit = limit;
  }

  /** Whether one more may happen for this key; it is counted, as so many, where it may. `now` in milliseconds. */
  take(key: string, now: number, count = 1): boolean {
    const { burst, everyMs, mostKeys } = this.#limit;
    const known = this.#paidAt.get(key) ?? now;
    // More than a whole burst ahead there is only what a clock set back has left.
    const paidAt = known > now + burst * everyMs ? now : Math.max(known, now);
    const isAllowed = paidAt - now <= (burst - count) * everyMs;
    this.#paidAt.delete(key);
    this.#paidAt.set(key, isAllowed ? paidAt + count * everyMs : paidAt);
    if (this.#paidAt.size > mostKeys) this.#forgetOldest();
    return isAllowed;
  }

  #forgetOldest(): void {
    for (const key of this.#paidAt.keys()) {
      this.#paidAt.delete(key);
      return;
    }
  }
}
