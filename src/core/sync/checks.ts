import type { Clock } from '../../platform/clock.ts';

export interface ChecksOptions {
  readonly clock: Clock;
  /** How long what is to be looked at later waits for more of it. */
  readonly delayMs: number;
}

/** What is opened behind the fence at a time: enough that it never waits for us. */
const mostAtOnce = 32;

/** Works through documents that have to be looked at, in the background, each once at a time. */
export class Checks<Id> {
  readonly #check: (id: Id) => Promise<void>;
  readonly #options: ChecksOptions;
  readonly #waiting = new Set<Id>();
  /** How to call off each that waits for its time. */
  readonly #later = new Map<Id, () => void>();
  #running = 0;
  #isStopped = false;

  /** `check` must not reject. */
  constructor(check: (id: Id) => Promise<void>, options: ChecksOptions) {
    this.#check = check;
    this.#options = options;
  }

  add(id: Id): void {
    if (this.#isStopped) return;
    this.#waiting.add(id);
    this.#next();
  }

  /** One that goes on changing is looked at all the same. */
  addLater(id: Id): void {
    if (this.#isStopped || this.#later.has(id)) return;
    const { clock, delayMs } = this.#options;
    const cancel = clock.after(delayMs, () => {
      this.#later.delete(id);
      this.add(id);
    });
    this.#later.set(id, cancel);
  }

  /** Begins nothing more. */
  stop(): void {
    this.#isStopped = true;
    this.#waiting.clear();
    for (const cancel of this.#later.values()) cancel();
    this.#later.clear();
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
