/** Something that can give its memory back while nobody works on it. */
export interface Evictable {
  readonly isBusy: boolean;
  /** What it holds, in changes; nothing where it is not worth a place. */
  readonly weight: number;
  release(): void;
}

/** Keeps the documents in memory together below a weight: the least recently used leave first. */
export class DocumentCache {
  readonly #limit: number;
  readonly #onEvicted: () => void;
  /** In order of use, oldest first. */
  readonly #weights = new Map<Evictable, number>();
  #total = 0;

  constructor(limit: number, onEvicted: () => void = () => {}) {
    this.#limit = limit;
    this.#onEvicted = onEvicted;
  }

  get size(): number {
    return this.#weights.size;
  }

  touch(entry: Evictable): void {
    this.drop(entry);
    const { weight } = entry;
    if (weight === 0) return;
    this.#weights.set(entry, weight);
    this.#total += weight;
    for (const candidate of this.#weights.keys()) {
      if (this.#total <= this.#limit) return;
      if (candidate === entry || candidate.isBusy) continue;
      this.drop(candidate);
      candidate.release();
      this.#onEvicted();
    }
  }

  drop(entry: Evictable): void {
    this.#total -= this.#weights.get(entry) ?? 0;
    this.#weights.delete(entry);
  }
}
