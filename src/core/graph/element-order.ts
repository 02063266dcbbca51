import type { Numbering } from './numbering.ts';
import type { OperationTable } from './operation-table.ts';

/** The operation that inserted an element; that of the head of a list has the counter 0. */
interface Element {
  readonly actor: number;
  readonly counter: number;
}

/** On the way from an element up to those that it and they were inserted behind. */
interface Climb {
  at: Element;
  /** The run of it; -1 at the head. */
  run: number;
  /** What was inserted behind it, on this way. */
  from: Element | undefined;
}

const head = -1;
/** A list can be as deep as it is long, and a change can hold many marks: who asks for more is believed. */
const mostSteps = 200;
const mostStepsOfChange = 20_000;

/** Where elements stand in their list: a tree, in which each was inserted behind another, and of those behind the same the latest is first. */
export class ElementOrder {
  readonly #table: OperationTable;
  readonly #actors: Numbering;
  #stepsLeft = mostStepsOfChange;

  constructor(table: OperationTable, actors: Numbering) {
    this.#table = table;
    this.#actors = actors;
  }

  /** Whether an element stands behind another of its list, were nothing deleted; true where that is too far to tell. */
  isBehind(later: Element, earlier: Element): boolean {
    const [one, other] = [this.#startAt(later), this.#startAt(earlier)];
    for (let step = 0; step < mostSteps && this.#stepsLeft > 0; step += 1) {
      if (one.run === other.run) return this.#isBehindInRun(one, other);
      // No run that began earlier hangs on one that began later.
      this.#climb(this.#isLater(this.#beginOf(one.run), this.#beginOf(other.run)) ? one : other);
      this.#stepsLeft -= 1;
    }
    return true;
  }

  #startAt(element: Element): Climb {
    return { at: element, run: this.#runOf(element), from: undefined };
  }

  #climb(one: Climb): void {
    one.from = this.#beginOf(one.run);
    one.at = { actor: this.#table.keyOf(one.run), counter: this.#table.keyCounterOf(one.run) };
    one.run = this.#runOf(one.at);
  }

  #runOf({ actor, counter }: Element): number {
    return counter === 0 ? head : this.#table.find(actor, counter);
  }

  /** In a run each element stands behind the one before it: that is what leads to the later of the two. */
  #isBehindInRun(one: Climb, other: Climb): boolean {
    const meeting = Math.min(one.at.counter, other.at.counter);
    const [first, second] = [branchOf(one, meeting), branchOf(other, meeting)];
    if (second === undefined) return first !== undefined;
    return first !== undefined && this.#isLater(second, first);
  }

  #beginOf(run: number): Element {
    if (run === head) return { actor: 0, counter: 0 };
    return { actor: this.#table.actorOf(run), counter: this.#table.firstOf(run) };
  }

  #isLater(one: Element, other: Element): boolean {
    if (one.counter !== other.counter) return one.counter > other.counter;
    return this.#actors.textOf(one.actor) > this.#actors.textOf(other.actor);
  }
}

/** What leads from the element of this counter to where the way began; undefined where it began there. */
function branchOf({ at, from }: Climb, counter: number): Element | undefined {
  return at.counter > counter ? { actor: at.actor, counter: counter + 1 } : from;
}
