import { OperationColumns } from './operation-columns.ts';
import { checkAction, isMaking, recordedKind, wasInserted } from './operation-action.ts';
import { passValue } from './operation-value.ts';
import { UnsoundError } from './unsound-error.ts';

/** Automerge keeps the counter of an operation in 32 bits. */
export const largestCounter = 0xffffffff;

/** What the check of the operations of a change must know of the change. */
export interface OperationContext {
  readonly startOp: number;
  readonly operations: number;
  /** Hex. */
  readonly actor: string;
  /** Hex, ascending. */
  readonly otherActors: readonly string[];
}

/**
 * Goes through the operations of a change and throws `UnsoundError` or `CutOffError` where Automerge would not
 * take one, or would write it in another way when it saves: what the columns alone can tell. Whether what an
 * operation refers to exists is for those to say who know the changes before.
 */
export class OperationCheck {
  readonly columns = new OperationColumns();
  #context: OperationContext = { startOp: 1, operations: 0, actor: '', otherActors: [] };
  /** What each operation of the change does, for those after it that refer to it. */
  #kinds = new Uint8Array(1024);
  #seenActors = new Uint8Array(16);
  /** Where the change's own actor stands among the others, in whose order predecessors are sorted. */
  #ownRank = 0;

  /** Checks the operations in `columns`, which were opened before. */
  run(context: OperationContext): void {
    this.#context = context;
    this.#prepare();
    for (let row = 0; row < context.operations; row += 1) {
      this.columns.next();
      this.#checkRow(row);
    }
    this.columns.finish();
    for (let actor = 1; actor <= context.otherActors.length; actor += 1) {
      if (this.#seenActors[actor] === 0)
        throw new UnsoundError('it names an actor that it does not refer to');
    }
  }

  #prepare(): void {
    const { operations, actor, otherActors } = this.#context;
    if (this.#kinds.length < operations) this.#kinds = new Uint8Array(operations);
    if (this.#seenActors.length <= otherActors.length)
      this.#seenActors = new Uint8Array(otherActors.length + 1);
    this.#seenActors.fill(0, 0, otherActors.length + 1);
    const firstAfter = otherActors.findIndex((other) => other > actor);
    this.#ownRank = (firstAfter === -1 ? otherActors.length : firstAfter) + 0.5;
  }

  #checkRow(row: number): void {
    const { columns } = this;
    const id = this.#context.startOp + row;
    this.#checkObject(id);
    this.#checkKey(id);
    const { value: metadata } = columns.valueMetadata;
    if (columns.valueMetadata.isNull) throw new UnsoundError('an operation has no value');
    passValue(columns.value, columns.bytes, metadata);
    const predecessors = this.#checkPredecessors(id);
    checkAction(columns, metadata, predecessors);
    this.#kinds[row] = recordedKind(columns.action.value, columns.insert.value);
  }

  #checkObject(id: number): void {
    const { objectActor, objectCounter } = this.columns;
    if (objectActor.isNull !== objectCounter.isNull) throw new UnsoundError('an object has half an id');
    if (objectActor.isNull) return;
    const kind = this.#checkReference(objectActor.value, objectCounter.value, id);
    if (kind !== undefined && !isMaking(kind)) throw new UnsoundError('an object is none');
  }

  /** A map has texts as keys; the elements of a list are named by the operation that inserted them, or are its head. */
  #checkKey(id: number): void {
    const { keyActor, keyCounter, keyText, insert, objectActor } = this.columns;
    if (!keyText.isNull) {
      if (!keyActor.isNull || !keyCounter.isNull) throw new UnsoundError('an operation has two keys');
      if (insert.value) throw new UnsoundError('an operation inserts into a map');
      return;
    }
    if (keyCounter.isNull || objectActor.isNull) throw new UnsoundError('an operation has no key');
    if (keyActor.isNull) {
      if (keyCounter.value !== 0 || !insert.value) throw new UnsoundError('an element has half an id');
      return;
    }
    const kind = this.#checkReference(keyActor.value, keyCounter.value, id);
    if (kind !== undefined && !wasInserted(kind)) throw new UnsoundError('an element was not inserted');
  }

  /** The predecessors of an operation are in the order of their ids, each once. */
  #checkPredecessors(id: number): number {
    const { predecessorCount, predecessorActor, predecessorCounter } = this.columns;
    if (predecessorCount.isNull) throw new UnsoundError('an operation has no number of predecessors');
    let lastCounter = 0;
    let lastRank = 0;
    for (let left = predecessorCount.value; left > 0; left -= 1) {
      predecessorActor.next();
      predecessorCounter.next();
      if (predecessorActor.isNull || predecessorCounter.isNull)
        throw new UnsoundError('a predecessor has half an id');
      this.#checkReference(predecessorActor.value, predecessorCounter.value, id);
      const rank = predecessorActor.value === 0 ? this.#ownRank : predecessorActor.value;
      const isAfter =
        predecessorCounter.value > lastCounter ||
        (predecessorCounter.value === lastCounter && rank > lastRank);
      if (!isAfter) throw new UnsoundError('predecessors are not in order');
      lastCounter = predecessorCounter.value;
      lastRank = rank;
    }
    return predecessorCount.value;
  }

  /** Checks an id that operation `id` refers to; the kind of that operation, where it is one of this change. */
  #checkReference(actor: number, counter: number, id: number): number | undefined {
    const { startOp, otherActors } = this.#context;
    if (actor > otherActors.length) throw new UnsoundError('an operation is of an actor that is not named');
    if (counter < 1 || counter >= id) throw new UnsoundError('an operation refers to a later one');
    this.#seenActors[actor] = 1;
    return actor === 0 && counter >= startOp ? this.#kinds[counter - startOp] : undefined;
  }
}
