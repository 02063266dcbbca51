/** What is opened behind the fence at a time: enough that it never waits for us. */
const mostAtOnce = 32;

/** Works through documents that have to be looked at, in the background, each once at a time. */
export class Checks<Id> {
  readonly #check: (id: Id) => Promise<void>;
  readonly #waiting = new Set<Id>();
  #running = 0;
  #isStopped = false;

  /** `check` must not reject. */
  constructor(check: (id: Id) => Promise<void>) {
    this.#check = check;
  }

  get isBusy(): boolean {
    return this.#running > 0 || this.#waiting.size > 0;
  }

  add(id: Id): void {
    if (this.#isStopped) return;
    this.#waiting.add(id);
    this.#next();
  }

  /** Begins nothing more. */
  stop(): void {
    this.#isStopped = true;
    this.#waiting.clear();
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
