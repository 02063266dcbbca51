/** Collects what is to leave, and sends it when it is told to. */
export interface Flushable {
  flush(): void;
}

/** Has all that one commit lets be said leave together, with one write for each socket. */
export class Flushes {
  readonly #soon: (action: () => void) => void;
  #waiting: Flushable[] = [];

  /** `soon` calls its action after what is about to run now. */
  constructor(soon: (action: () => void) => void) {
    this.#soon = soon;
  }

  get size(): number {
    return this.#waiting.length;
  }

  add(flushable: Flushable): void {
    this.#waiting.push(flushable);
    if (this.#waiting.length === 1) this.#soon(() => this.#flush());
  }

  #flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const flushable of waiting) flushable.flush();
  }
}
