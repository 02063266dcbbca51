interface Counted {
  readonly startOp: number;
}

/** Changes that count their operations from further on than a graph has any, until it has. */
export class Ahead<Change extends Counted> {
  readonly #changes: readonly Change[];
  readonly #ahead = new Set<Change>();
  #sorted: readonly Change[] | undefined;
  #at = 0;

  /** All that may be ahead. */
  constructor(changes: readonly Change[]) {
    this.#changes = changes;
  }

  get isEmpty(): boolean {
    return this.#ahead.size === 0;
  }

  add(change: Change): void {
    this.#ahead.add(change);
  }

  /** Takes those out that are ahead no longer, where the graph has operations up to this counter. It only grows. */
  *reached(maxOp: number): Iterable<Change> {
    if (this.isEmpty) return;
    this.#sorted ??= this.#changes.toSorted((left, right) => left.startOp - right.startOp);
    for (let change = this.#sorted[this.#at]; change && change.startOp <= maxOp + 1;) {
      if (this.#ahead.delete(change)) yield change;
      this.#at += 1;
      change = this.#sorted[this.#at];
    }
  }
}
