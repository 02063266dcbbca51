import type { Clock } from '../../platform/clock.ts';

export interface DueQueueOptions<Key> {
  readonly clock: Clock;
  /** The same for all, so that they come due in the order in which they came. */
  readonly delayMs: number;
  onDue(key: Key): void;
}

/** Keys that each come due some time after they came, with one timer for all of them. */
export class DueQueue<Key> {
  readonly #options: DueQueueOptions<Key>;
  /** When each is due, the first first. */
  readonly #dueAt = new Map<Key, number>();
  #cancel: (() => void) | undefined;

  constructor(options: DueQueueOptions<Key>) {
    this.#options = options;
  }

  get size(): number {
    return this.#dueAt.size;
  }

  has(key: Key): boolean {
    return this.#dueAt.has(key);
  }

  /** One that waits already keeps its time. */
  add(key: Key): void {
    if (this.#dueAt.has(key)) return;
    const { clock, delayMs } = this.#options;
    this.#dueAt.set(key, clock.elapsed() + delayMs);
    this.#cancel ??= clock.after(delayMs, () => this.#tell());
  }

  delete(key: Key): void {
    if (this.#dueAt.delete(key) && this.#dueAt.size === 0) this.clear();
  }

  clear(): void {
    this.#dueAt.clear();
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #tell(): void {
    const { clock, onDue } = this.#options;
    const now = clock.elapsed();
    for (const [key, dueAt] of this.#dueAt) {
      if (dueAt > now) {
        this.#cancel = clock.after(dueAt - now, () => this.#tell());
        return;
      }
      this.#dueAt.delete(key);
      onDue(key);
    }
    this.#cancel = undefined;
  }
}
