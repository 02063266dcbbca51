/** Starts a timer that calls `action` once; the function it gives stops it. */
type StartTimer = (action: () => void) => () => void;

/** A value whose changes can be waited for. */
export class Watched<Value> {
  #value: Value;
  #version = 0;
  readonly #waiting = new Set<() => void>();

  constructor(value: Value) {
    this.#value = value;
  }

  get value(): Value {
    return this.#value;
  }

  /** Counts the changes. */
  get version(): number {
    return this.#version;
  }

  set(value: Value): void {
    this.#value = value;
    this.#version += 1;
    for (const resolve of this.#waiting) resolve();
  }

  /** Resolves once the version is not `seen`, or when the timer ends. */
  changed(seen: number, startTimer: StartTimer): Promise<void> {
    if (this.#version !== seen) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        this.#waiting.delete(done);
        stopTimer();
        resolve();
      };
      const stopTimer = startTimer(done);
      this.#waiting.add(done);
    });
  }
}
