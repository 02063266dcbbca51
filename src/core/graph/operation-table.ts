import type { OperationRun, ReadRun } from './operation-run.ts';

/** What there was, to go back to. */
export interface TableMark {
  readonly actor: number;
  readonly runs: number;
  readonly runsOfActor: number;
  readonly lastLength: number;
}

const fields = 8;
const [lengthAt, whatAt, actorAt, objectActorAt, objectCounterAt, keyAt, keyCounterAt] = [
  1, 2, 3, 4, 5, 6, 7,
];
const insertBit = 0x100;
const textBit = 0x200;
const actionBits = 0xff;
const enoughForMost = 16;
/** A place among those of its actor, and the list of these. */
const placeBytes = 8;
const actorBytes = 200;
const none: readonly number[] = [];

/** The operations there are, in runs, found by actor and counter. Actors and texts of keys are numbers here. */
export class OperationTable {
  #words = new Uint32Array(fields * enoughForMost);
  #runs = 0;
  /** Of each actor its runs, by counter. */
  readonly #places: number[][] = [];

  get runs(): number {
    return this.#runs;
  }

  get sizeBytes(): number {
    return this.#words.byteLength + placeBytes * this.#runs + actorBytes * this.#places.length;
  }

  get actors(): number {
    return this.#places.length;
  }

  /** The runs of an actor, as they came. */
  runsOf(actor: number): readonly number[] {
    return this.#places[actor] ?? none;
  }

  /** The run that holds this operation; -1 where there is none. */
  find(actor: number, counter: number): number {
    const places = this.runsOf(actor);
    let [low, high] = [0, places.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.firstOf(places[middle] ?? 0) <= counter) low = middle + 1;
      else high = middle;
    }
    const run = places[low - 1] ?? -1;
    return run >= 0 && counter < this.endOf(run) ? run : -1;
  }

  firstOf(run: number): number {
    return this.#words[run * fields] ?? 0;
  }

  /** The counter behind its last. */
  endOf(run: number): number {
    return this.firstOf(run) + this.#word(run, lengthAt);
  }

  actorOf(run: number): number {
    return this.#word(run, actorAt);
  }

  actionOf(run: number): number {
    return this.#word(run, whatAt) & actionBits;
  }

  isInserting(run: number): boolean {
    return (this.#word(run, whatAt) & insertBit) !== 0;
  }

  hasText(run: number): boolean {
    return (this.#word(run, whatAt) & textBit) !== 0;
  }

  /** The number of the text that is its key, or whose element. */
  keyOf(run: number): number {
    return this.#word(run, keyAt);
  }

  keyCounterOf(run: number): number {
    return this.#word(run, keyCounterAt);
  }

  /** Writes a run into `into`. */
  read(run: number, into: ReadRun): void {
    into.actor = this.actorOf(run);
    into.first = this.firstOf(run);
    into.length = this.#word(run, lengthAt);
    into.action = this.actionOf(run);
    into.isInserting = this.isInserting(run);
    into.objectActor = this.#word(run, objectActorAt);
    into.objectCounter = this.#word(run, objectCounterAt);
    into.hasText = this.hasText(run);
    into.key = this.keyOf(run);
    into.keyCounter = this.keyCounterOf(run);
  }

  isInSameObject(run: number, { objectActor, objectCounter }: OperationRun): boolean {
    return (
      this.#word(run, objectCounterAt) === objectCounter && this.#word(run, objectActorAt) === objectActor
    );
  }

  /** The counter behind the last operation of an actor; 0 where it has none. */
  endOfActor(actor: number): number {
    const last = this.#lastOf(actor);
    return last < 0 ? 0 : this.endOf(last);
  }

  /** Adds a run that stands behind all of its actor. */
  append(run: OperationRun): void {
    const last = this.#lastOf(run.actor);
    if (last >= 0 && this.#goesOn(last, run)) this.#lengthen(last, run.length);
    else this.push(run);
  }

  /** Adds a run that stands anywhere: it is found in what `inOrder` makes of this. */
  push(run: OperationRun): void {
    while (this.#places.length <= run.actor) this.#places.push([]);
    this.#places[run.actor]?.push(this.#runs);
    const at = this.#runs * fields;
    if (at >= this.#words.length) this.#grow();
    const what = Math.min(run.action, actionBits);
    this.#words[at] = run.first;
    this.#words[at + lengthAt] = run.length;
    this.#words[at + whatAt] = what | (run.isInserting ? insertBit : 0) | (run.hasText ? textBit : 0);
    this.#words[at + actorAt] = run.actor;
    this.#words[at + objectActorAt] = run.objectActor;
    this.#words[at + objectCounterAt] = run.objectCounter;
    this.#words[at + keyAt] = run.key;
    this.#words[at + keyCounterAt] = run.keyCounter;
    this.#runs += 1;
  }

  /** What there is now, before something of this actor is appended. */
  mark(actor: number): TableMark {
    const last = this.#lastOf(actor);
    const runsOfActor = this.#places[actor]?.length ?? 0;
    return { actor, runs: this.#runs, runsOfActor, lastLength: last < 0 ? 0 : this.#word(last, lengthAt) };
  }

  /** Goes back to what there was. */
  cut({ actor, runs, runsOfActor, lastLength }: TableMark): void {
    this.#runs = runs;
    const places = this.#places[actor];
    if (places) places.length = runsOfActor;
    const last = this.#lastOf(actor);
    if (last >= 0) this.#lengthen(last, lastLength - this.#word(last, lengthAt));
  }

  #goesOn(last: number, run: OperationRun): boolean {
    return (
      run.isInserting &&
      run.first === this.endOf(last) &&
      run.key === run.actor &&
      run.keyCounter === run.first - 1 &&
      this.isInserting(last) &&
      this.actionOf(last) === run.action &&
      this.isInSameObject(last, run)
    );
  }

  #lastOf(actor: number): number {
    return this.#places[actor]?.at(-1) ?? -1;
  }

  #lengthen(run: number, by: number): void {
    this.#words[run * fields + lengthAt] = this.#word(run, lengthAt) + by;
  }

  #word(run: number, field: number): number {
    return this.#words[run * fields + field] ?? 0;
  }

  #grow(): void {
    const words = new Uint32Array(this.#words.length * 2);
    words.set(this.#words);
    this.#words = words;
  }
}
