import type { Clock } from '../../platform/clock.ts';

export interface ChecksOptions {
  readonly clock: Clock;
  /** How long what came waits for more of it, and for those in a hurry to be answered first. */
  readonly delayMs: number;
}

/** What is opened behind the fence at a time: enough that it never waits for us. */
const mostAtOnce = 32;

/** Works through documents that have to be looked at, in the background, each once at a time. */
export class Checks<Id> {
  readonly #check: (id: Id) => Promise<void>;
  readonly #options: ChecksOptions;
  /** When each is to be looked at, the first first. */
  readonly #later = new Map<Id, number>();
  readonly #waiting = new Set<Id>();
  #running = 0;
  #isStopped = false;
  #cancelTimer: (() => void) | undefined;

  /** `check` must not reject. */
  constructor(check: (id: Id) => Promise<void>, options: ChecksOptions) {
    this.#check = check;
    this.#options = options;
  }

  /** In a while. One that goes on changing is looked at all the same. */
  addLater(id: Id): void {
    if (this.#isStopped || this.#later.has(id)) return;
    const { clock, delayMs } = this.#options;
    this.#later.set(id, clock.elapsed() + delayMs);
    this.#cancelTimer ??= clock.after(delayMs, () => this.#ring());
  }

  add(id: Id): void {
    if (this.#isStopped) return;
    this.#waiting.add(id);
    this.#next();
  }

  /** Begins nothing more. */
  stop(): void {
    this.#isStopped = true;
    this.#cancelTimer?.();
    this.#waiting.clear();
    this.#later.clear();
  }

  #ring(): void {
    const { clock } = this.#options;
    this.#cancelTimer = undefined;
    for (const [id, dueAt] of this.#later) {
      const leftMs = dueAt - clock.elapsed();
      if (leftMs > 0) {
        this.#cancelTimer = clock.after(leftMs, () => this.#ring());
        break;
      }
      this.#later.delete(id);
      this.#waiting.add(id);
    }
    this.#next();
  }

  #next(): void {
    for (const id of this.#waiting) {
      if (this.#running >= mostAtOnce) return;
      this.#waiting.delete(id);
      this.#running += 1;
      void this.#check(id).finally(() => {
        this.#running -= 1;
        this.#next();
      });
    }
  }
}
