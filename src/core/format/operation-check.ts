import { OperationColumns } from './operation-columns.ts';
import { checkAction, markAction } from './operation-action.ts';
import { OwnOperations } from './own-operations.ts';
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
  readonly #own = new OwnOperations();
  #seenActors = new Uint8Array(16);
  /** Where the change's own actor stands among the others, in whose order predecessors are sorted. */
  #ownRank = 0;
  #ranks = 0;
  /** The operation before named a mark: it begins one. */
  #wasNamed = false;

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
    this.#own.prepare(operations);
    this.#wasNamed = false;
    if (this.#seenActors.length <= otherActors.length)
      this.#seenActors = new Uint8Array(otherActors.length + 1);
    this.#seenActors.fill(0, 0, otherActors.length + 1);
    const firstAfter = otherActors.findIndex((other) => other > actor);
    this.#ownRank = 2 * (firstAfter === -1 ? otherActors.length : firstAfter) + 1;
    this.#ranks = 2 * (otherActors.length + 1);
  }

  #checkRow(row: number): void {
    const { columns } = this;
    const id = this.#context.startOp + row;
    if (columns.insert.isAbsent) throw new UnsoundError('an operation does not say whether it inserts');
    this.#checkObject(id);
    this.#checkKey(id);
    const { value: metadata } = columns.valueMetadata;
    if (columns.valueMetadata.isNull) throw new UnsoundError('an operation has no value');
    passValue(columns.value, columns.bytes, metadata);
    const predecessors = this.#checkPredecessors(id);
    checkAction(columns, metadata, predecessors);
    if (columns.action.value === markAction && columns.markName.isNull) this.#checkMarkEnd(row);
    this.#wasNamed = !columns.markName.isNull;
    this.#own.record(row, columns);
  }

  /** A mark ends with the operation after the one that began it, which named it. */
  #checkMarkEnd(row: number): void {
    if (!this.#wasNamed) throw new UnsoundError('a mark ends that did not begin');
    this.#own.checkMarkEnd(row - 1, this.columns);
  }

  #checkObject(id: number): void {
    const { objectActor, objectCounter } = this.columns;
    if (objectActor.isNull !== objectCounter.isNull) throw new UnsoundError('an object has half an id');
    if (objectActor.isNull) return;
    const row = this.#checkReference(objectActor.value, objectCounter.value, id);
    if (row >= 0) this.#own.checkObject(row, this.columns);
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
    const row = this.#checkReference(keyActor.value, keyCounter.value, id);
    if (row >= 0) this.#own.checkElement(row, this.columns);
  }

  /** The predecessors of an operation are in the order of their ids, each once. */
  #checkPredecessors(id: number): number {
    const { predecessorCount, predecessorActor, predecessorCounter } = this.columns;
    if (predecessorCount.isNull) throw new UnsoundError('an operation has no number of predecessors');
    let last = 0;
    for (let left = predecessorCount.value; left > 0; left -= 1) {
      predecessorActor.next();
      predecessorCounter.next();
      if (predecessorActor.isNull || predecessorCounter.isNull)
        throw new UnsoundError('a predecessor has half an id');
      const [actor, counter] = [predecessorActor.value, predecessorCounter.value];
      const row = this.#checkReference(actor, counter, id);
      if (row >= 0) this.#own.checkPredecessor(row, this.columns, this.#isElement(counter));
      const place = counter * this.#ranks + (actor === 0 ? this.#ownRank : 2 * actor);
      if (place <= last) throw new UnsoundError('predecessors are not in order');
      last = place;
    }
    return predecessorCount.value;
  }

  /** Whether the row that was read is about the element that the change's own operation `counter` inserted. */
  #isElement(counter: number): boolean {
    const { keyActor, keyCounter } = this.columns;
    return !keyActor.isNull && keyActor.value === 0 && keyCounter.value === counter;
  }

  /** Checks an id that operation `id` refers to; its row where it is one of this change, else a negative number. */
  #checkReference(actor: number, counter: number, id: number): number {
    const { startOp, otherActors } = this.#context;
    if (actor > otherActors.length) throw new UnsoundError('an operation is of an actor that is not named');
    if (counter < 1 || counter >= id) throw new UnsoundError('an operation refers to a later one');
    this.#seenActors[actor] = 1;
    return actor === 0 ? counter - startOp : -1;
  }
}
