import { UnsoundError } from './unsound-error.ts';

const enoughForMost = 16;

/** The actors that a change names, its own first, as its operations refer to them: by index. */
export class NamedActors {
  #count = 0;
  #isReferred = new Uint8Array(enoughForMost);
  /** Twice where the change's own actor would stand among the others, less one: they are at even places. */
  #ownRank = 0;

  /** Starts over with the actors of another change, hex, the others ascending. */
  reset(own: string, others: readonly string[]): void {
    this.#count = 1 + others.length;
    if (this.#isReferred.length < this.#count) this.#isReferred = new Uint8Array(this.#count);
    this.#isReferred.fill(0, 0, this.#count);
    const before = others.findIndex((other) => other > own);
    this.#ownRank = 2 * (before === -1 ? others.length : before) + 1;
  }

  /** Takes note that an operation refers to one of this actor; throws where there is none. */
  refer(actor: number): void {
    if (actor >= this.#count) throw new UnsoundError('an operation is of an actor that is not named');
    this.#isReferred[actor] = 1;
  }

  /** A number that is larger for a later operation: of a larger counter, or the same of a later actor. */
  place(actor: number, counter: number): number {
    return counter * 2 * this.#count + (actor === 0 ? this.#ownRank : 2 * actor);
  }

  /** After the last operation: throws where one of the others was not referred to. */
  finish(): void {
    for (let actor = 1; actor < this.#count; actor += 1) {
      if (this.#isReferred[actor] === 0)
        throw new UnsoundError('it names an actor that it does not refer to');
    }
  }
}
