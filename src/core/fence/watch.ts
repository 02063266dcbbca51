import type { Clock } from '../../platform/clock.ts';

export interface Watched {
  /** What the child is at now, and how long that may take; undefined where it has nothing to do. */
  readonly current: { readonly subject: unknown; readonly deadlineMs: number } | undefined;
  readonly memoryBytes: number | undefined;
  readonly memoryLimitBytes: number;
}

export type Overrun = 'time' | 'memory';

/**
 * Looks at a busy child every so often, and calls `onOverrun` once where it takes too long or too much. Time is counted in
 * looks: a clock that jumps, or a machine that slept, kills nobody.
 */
export class Watch {
  readonly #watched: Watched;
  readonly #onOverrun: (overrun: Overrun) => void;
  readonly #everyMs: number;
  readonly #clock: Clock;
  #subject: unknown;
  #spentMs = 0;
  #cancel: (() => void) | undefined;

  constructor(watched: Watched, everyMs: number, clock: Clock, onOverrun: (overrun: Overrun) => void) {
    this.#watched = watched;
    this.#onOverrun = onOverrun;
    this.#everyMs = everyMs;
    this.#clock = clock;
  }

  /** Goes on by itself for as long as there is something to look at. */
  start(): void {
    this.#cancel ??= this.#clock.after(this.#everyMs, () => this.#look());
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#subject = undefined;
  }

  #look(): void {
    this.#cancel = undefined;
    const { current, memoryLimitBytes } = this.#watched;
    if (current === undefined) return this.stop();
    if (current.subject !== this.#subject) this.#spentMs = 0;
    else this.#spentMs += this.#everyMs;
    this.#subject = current.subject;
    if (this.#spentMs >= current.deadlineMs) return this.#onOverrun('time');
    if ((this.#watched.memoryBytes ?? 0) > memoryLimitBytes) return this.#onOverrun('memory');
    this.start();
  }
}
