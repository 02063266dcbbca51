import type { Clock } from '../../src/platform/clock.ts';

/** A clock that a test moves. Starts at the present, for signed times that libraries compare with it. */
export class TestClock implements Clock {
  #startedAt = Date.now();
  #elapsed = 0;
  #timers: { at: number; action: () => void }[] = [];

  now(): number {
    return this.#startedAt + this.#elapsed;
  }

  elapsed(): number {
    return this.#elapsed;
  }

  after(delayMs: number, action: () => void): () => void {
    const timer = { at: this.#elapsed + delayMs, action };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer);
    };
  }

  /** Lets time pass; what is due happens in its order. */
  advance(byMs: number): void {
    const end = this.#elapsed + byMs;
    for (;;) {
      const next = this.#timers.filter((one) => one.at <= end).toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((one) => one !== next);
      this.#elapsed = next.at;
      next.action();
    }
    this.#elapsed = end;
  }

  /** Sets the wall clock back, as an operator or NTP does; no less time has passed for that. */
  turnBack(byMs: number): void {
    this.#startedAt -= byMs;
  }

  /** How many actions wait. */
  get pendingCount(): number {
    return this.#timers.length;
  }
}
