/** Counts by name, at the cost of an addition. The names are those of a type, so that what others send makes no new ones. */
export class Tally<Name extends string> {
  readonly #counts: Record<string, number> = {};

  /** Those of `names` are there from the start, with 0: a rate can be told from their first time on. */
  constructor(names: readonly Name[] = []) {
    for (const name of names) this.#counts[name] = 0;
  }

  add(name: Name, by = 1): void {
    this.#counts[name] = (this.#counts[name] ?? 0) + by;
  }

  /** All that were counted, or are there from the start. */
  get entries(): readonly (readonly [name: string, count: number])[] {
    return Object.entries(this.#counts);
  }
}
