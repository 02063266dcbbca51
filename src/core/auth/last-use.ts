import type { Clock } from '../../platform/clock.ts';

const flushDelayMs = 10_000;

/**
 * When each session was last used, written together a little later: stock adapters reconnect every
 * few seconds, and one fsync for each would be felt. A kill loses ten seconds of it, of 14 days.
 */
export class LastUses {
  readonly #clock: Clock;
  readonly #write: (uses: ReadonlyMap<string, number>) => void;
  /** Sessions that exist, so their number bounds it. */
  readonly #pending = new Map<string, number>();
  /** How many sockets of each session are open. */
  readonly #open = new Map<string, number>();
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, write: (uses: ReadonlyMap<string, number>) => void) {
    this.#clock = clock;
    this.#write = write;
  }

  note(sessionId: string, now: number): void {
    this.#pending.set(sessionId, now);
    this.#cancel ??= this.#clock.after(flushDelayMs, () => this.flushIfPossible());
  }

  opened(sessionId: string): void {
    this.#open.set(sessionId, (this.#open.get(sessionId) ?? 0) + 1);
  }

  closed(sessionId: string, now: number): void {
    const others = (this.#open.get(sessionId) ?? 0) - 1;
    if (others > 0) this.#open.set(sessionId, others);
    else this.#open.delete(sessionId);
    this.note(sessionId, now);
  }

  /** What is known beyond what is written: a session with an open socket is in use now. */
  unwritten(sessionId: string, now: number): number | undefined {
    return this.#open.has(sessionId) ? now : this.#pending.get(sessionId);
  }

  /** Writes how it stands now, also of the sessions with open sockets. */
  flushOpen(now: number): void {
    for (const sessionId of this.#open.keys()) this.#pending.set(sessionId, now);
    this.flush();
  }

  /** Writes what waits. */
  flush(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    if (this.#pending.size === 0) return;
    this.#write(this.#pending);
    this.#pending.clear();
  }

  /** The same where nobody waits for it. */
  flushIfPossible(): void {
    try {
      this.flush();
    } catch {
      // A full disk is not worth a failure here; it stays pending and goes with the next use, if there is one.
    }
  }
}
