export interface SlotLimit {
  readonly inAll: number;
  readonly perKey: number;
}

/** How many may be at something at once: in all, and for each key. */
export class Slots {
  readonly #limit: SlotLimit;
  readonly #taken = new Map<string, number>();
  #count = 0;

  constructor(limit: SlotLimit) {
    this.#limit = limit;
  }

  /** A slot, free again once disposed of; undefined where there is none for this key. */
  take(key: string): Disposable | undefined {
    const taken = this.#taken.get(key) ?? 0;
    if (this.#count >= this.#limit.inAll || taken >= this.#limit.perKey) return undefined;
    this.#count += 1;
    this.#taken.set(key, taken + 1);
    return { [Symbol.dispose]: () => this.#release(key) };
  }

  #release(key: string): void {
    this.#count -= 1;
    const left = (this.#taken.get(key) ?? 1) - 1;
    if (left === 0) this.#taken.delete(key);
    else this.#taken.set(key, left);
  }
}
