import type { Clock } from '../../src/platform/clock.ts';

/** A clock that a test moves. Starts at the present, for signed times that libraries compare with it. */
export class TestClock implements Clock {
  #now = Date.now();
  #timers: { at: number; action: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(delayMs: number, action: () => void): () => void {
    const timer = { at: this.#now + delayMs, action };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer);
    };
  }

  /** Lets time pass; what is due happens in its order. */
  advance(byMs: number): void {
    const end = this.#now + byMs;
    for (;;) {
      const next = this.#timers.filter((one) => one.at <= end).toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((one) => one !== next);
      this.#now = next.at;
      next.action();
    }
    this.#now = end;
  }

  /** How many actions wait. */
  get pendingCount(): number {
    return this.#timers.length;
  }
}
