import type { Ancestry } from './ancestry.ts';

type Graph = Pick<Ancestry, 'dependenciesAt'>;

/**
 * All that stands before some changes, marked no further down than was asked for. It grows along with a branch: what was
 * marked for one change need not be walked again for those that build on it.
 */
export class Past {
  readonly #graph: Graph;
  readonly #marked = new Set<number>();
  /** Of the marked ones from here on, all they depend on is marked. */
  #floor: number;
  #tips: readonly number[];
  /** Changes looked at so far. */
  steps = 0;

  constructor(graph: Graph, tips: readonly number[]) {
    this.#graph = graph;
    this.#floor = Math.max(-1, ...tips) + 1;
    this.#tips = tips;
    for (const tip of tips) this.#marked.add(tip);
    this.steps += tips.length;
  }

  /** Whether a change is among those it is the past of, or before one of them. */
  has(index: number): boolean {
    while (this.#floor > index) {
      this.#floor -= 1;
      this.steps += 1;
      if (!this.#marked.has(this.#floor)) continue;
      for (const dependency of this.#graph.dependenciesAt(this.#floor)) this.#mark(dependency);
    }
    return this.#marked.has(index);
  }

  /** Becomes the past of these instead, where they build on all that it was the past of; whether they do. */
  moveTo(tips: readonly number[]): boolean {
    if (!this.#areAbove(tips)) return false;
    this.#tips = tips;
    const waiting = [...tips];
    for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
      if (this.#marked.has(index)) continue;
      this.#mark(index);
      if (index >= this.#floor) waiting.push(...this.#graph.dependenciesAt(index));
    }
    return true;
  }

  /** Walks no further down than to the oldest of its own tips. */
  #areAbove(tips: readonly number[]): boolean {
    const left = new Set(this.#tips);
    const oldest = Math.min(...left);
    const seen = new Set<number>();
    const waiting = [...tips];
    for (let index = waiting.pop(); index !== undefined && left.size > 0; index = waiting.pop()) {
      left.delete(index);
      if (index <= oldest || seen.has(index) || this.#marked.has(index)) continue;
      seen.add(index);
      this.steps += 1;
      waiting.push(...this.#graph.dependenciesAt(index));
    }
    return left.size === 0;
  }

  #mark(index: number): void {
    this.steps += 1;
    this.#marked.add(index);
  }
}
