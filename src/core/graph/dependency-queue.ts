interface Placed {
  readonly hash: string;
  readonly dependencies: readonly string[];
}

/**
 * Gives out changes in the order they came, each as soon as all it depends on is in a graph. Each is looked at twice at most,
 * in whichever order they come: one that waits is counted down by those it waits for.
 */
export class DependencyQueue<Change extends Placed> implements Iterable<Change> {
  readonly #graph: { has(hash: string): boolean };
  /** In line; what is given out already is before `#at`. */
  readonly #line: Change[];
  #at = 0;
  /** How many dependencies each that waits still lacks. */
  readonly #lacks = new Map<Change, number>();
  /** By the dependency they lack. */
  readonly #waiting = new Map<string, Change[]>();

  constructor(graph: { has(hash: string): boolean }, changes: readonly Change[]) {
    this.#graph = graph;
    this.#line = [...changes];
  }

  /** Those that wait for what is not here. */
  get waiting(): readonly Change[] {
    return [...this.#lacks.keys()];
  }

  /** Goes on where it ended before. Who adds what it gives to the graph says so to `added`. */
  *[Symbol.iterator](): Iterator<Change> {
    for (let change = this.#line[this.#at]; change !== undefined; change = this.#line[this.#at]) {
      this.#at += 1;
      if (!this.#isWaiting(change)) yield change;
    }
  }

  /** Lines up those that waited for this one alone. */
  added(hash: string): void {
    for (const change of this.#waiting.get(hash) ?? []) {
      const lacks = (this.#lacks.get(change) ?? 1) - 1;
      if (lacks > 0) {
        this.#lacks.set(change, lacks);
        continue;
      }
      this.#lacks.delete(change);
      this.#line.push(change);
    }
    this.#waiting.delete(hash);
  }

  /** Gives these out once more. */
  again(changes: readonly Change[]): void {
    for (const change of changes) this.#line.push(change);
  }

  #isWaiting(change: Change): boolean {
    const lacking = change.dependencies.filter((hash) => !this.#graph.has(hash));
    if (lacking.length === 0) return false;
    this.#lacks.set(change, lacking.length);
    for (const hash of lacking) {
      const others = this.#waiting.get(hash);
      if (others) others.push(change);
      else this.#waiting.set(hash, [change]);
    }
    return true;
  }
}
