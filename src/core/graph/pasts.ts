import type { ChangeGraph } from './change-graph.ts';
import { Past } from './past.ts';

/** Branches that are remembered at once. */
const mostPasts = 4;

/** Tells what stands before the changes of one message. Those of a branch share what was found out about it. */
export class Pasts {
  readonly #graph: ChangeGraph;
  /** The one used last comes last. */
  readonly #pasts: Past[] = [];
  #forgotten = 0;

  constructor(graph: ChangeGraph) {
    this.#graph = graph;
  }

  /** Changes looked at so far. */
  get steps(): number {
    return this.#pasts.reduce((sum, { steps }) => sum + steps, this.#forgotten);
  }

  /** Whether a change is one of `dependencies`, which are here, or before one of them. */
  isBefore(index: number, dependencies: readonly string[]): boolean {
    const graph = this.#graph;
    if (graph.areHeads(dependencies)) return true;
    const tips = dependencies.map((hash) => graph.indexOf(hash) ?? 0);
    return tips.includes(index) || this.#pastOf(tips).has(index);
  }

  #pastOf(tips: readonly number[]): Past {
    for (let at = this.#pasts.length - 1; at >= 0; at -= 1) {
      const past = this.#pasts[at];
      if (!past?.moveTo(tips)) continue;
      this.#pasts.splice(at, 1);
      this.#pasts.push(past);
      return past;
    }
    const past = new Past(this.#graph, tips);
    this.#pasts.push(past);
    if (this.#pasts.length > mostPasts) this.#forgotten += this.#pasts.shift()?.steps ?? 0;
    return past;
  }
}
