/** How often values were at most so large, and how much they are together. */
export interface Distribution {
  /** How many were at most `bound`, which are ascending. */
  readonly buckets: readonly (readonly [bound: number, count: number])[];
  readonly count: number;
  readonly sum: number;
}

/** Sorts values by their size into a few buckets. */
export class Histogram {
  readonly #bounds: readonly number[];
  /** Of each bucket alone; the last is for what is above all bounds. */
  readonly #counts: number[];
  #sum = 0;

  /** `bounds` ascend. */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  add(value: number): void {
    const found = this.#bounds.findIndex((bound) => value <= bound);
    const at = found === -1 ? this.#bounds.length : found;
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#sum += value;
  }

  read(): Distribution {
    let count = 0;
    const buckets = this.#bounds.map((bound, index) => [bound, (count += this.#counts[index] ?? 0)] as const);
    return { buckets, count: count + (this.#counts.at(-1) ?? 0), sum: this.#sum };
  }
}
