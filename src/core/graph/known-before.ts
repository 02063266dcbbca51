import type { Change } from '../format/change.ts';
import type { ChangeGraph } from './change-graph.ts';
import type { Numbering } from './numbering.ts';
import type { Pasts } from './pasts.ts';

/** Pairs of an author and another that are remembered; beyond, all are forgotten, and found out again. */
const mostPairs = 1_000;

/**
 * Whether the operations of others that a change refers to stand before it. Changes of one author build on one another: what
 * stood before one of them is not looked for again, however long ago it was. Actors are numbers here.
 */
export class KnownBefore {
  readonly #actors: Numbering;
  /** Of each author, the newest operation of each other that stands before one of its changes. */
  readonly #known = new Map<number, Map<number, number>>();
  #pairs = 0;
  #own = 0;
  /** The newest operation of each other that the change refers to: those before it of the same actor stand before it. */
  readonly #asked = new Map<number, number>();

  constructor(actors: Numbering) {
    this.#actors = actors;
  }

  /** Starts with a change of this author. */
  start(own: number): void {
    this.#own = own;
    this.#asked.clear();
  }

  /** The change refers to this operation. Those of its own author stand before it, as its author's last change does. */
  refer(actor: number, counter: number): void {
    if (actor !== this.#own && counter > (this.#asked.get(actor) ?? 0)) this.#asked.set(actor, counter);
  }

  /** Whether all that the change refers to stands before it, in a graph that it goes on from. */
  areBefore({ dependencies }: Change, graph: ChangeGraph, pasts: Pasts): boolean {
    if (this.#asked.size === 0 || graph.areHeads(dependencies)) return true;
    const known = this.#known.get(this.#own);
    let isMore = false;
    for (const [actor, counter] of this.#asked) {
      if (counter <= (known?.get(actor) ?? 0)) continue;
      isMore = true;
      const index = graph.madeIn(this.#actors.textOf(actor), counter);
      if (index === undefined || !pasts.isBefore(index, dependencies)) return false;
    }
    if (isMore) this.#remember();
    return true;
  }

  #remember(): void {
    if (this.#pairs > mostPairs) {
      this.#known.clear();
      this.#pairs = 0;
    }
    const known = this.#known.get(this.#own) ?? new Map<number, number>();
    this.#known.set(this.#own, known);
    for (const [actor, counter] of this.#asked) {
      if (!known.has(actor)) this.#pairs += 1;
      known.set(actor, Math.max(counter, known.get(actor) ?? 0));
    }
  }
}
