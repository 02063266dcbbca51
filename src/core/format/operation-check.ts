import type { ChangeHeader } from './change-header.ts';
import { NamedActors } from './named-actors.ts';
import { OperationColumns } from './operation-columns.ts';
import { checkAction, markAction } from './operation-action.ts';
import { OwnOperations } from './own-operations.ts';
import { passValue } from './operation-value.ts';
import { UnsoundError } from './unsound-error.ts';

/** Automerge keeps the counter of an operation in 32 bits. */
export const largestCounter = 0xffffffff;

/**
 * Goes through the operations of a change and throws `UnsoundError` or `CutOffError` where Automerge would not
 * take one, or would write it in another way when it saves: what the columns alone can tell. Whether what an
 * operation refers to exists is for those to say who know the changes before.
 */
export class OperationCheck {
  readonly columns = new OperationColumns();
  readonly #own = new OwnOperations();
  readonly #actors = new NamedActors();
  #startOp = 1;
  /** The operation before named a mark: it begins one. */
  #wasNamed = false;

  /** Checks the operations in `columns`, so many, which were opened before. */
  run(change: ChangeHeader, operations: number): void {
    this.#startOp = change.startOp;
    this.#actors.reset(change.actor, change.otherActors);
    this.#own.prepare(operations);
    this.#wasNamed = false;
    for (let row = 0; row < operations; row += 1) {
      this.columns.next();
      this.#checkRow(row);
    }
    this.columns.finish();
    this.#actors.finish();
  }

  #checkRow(row: number): void {
    const { columns } = this;
    const id = this.#startOp + row;
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
      const actor = predecessorActor.value;
      const counter = predecessorCounter.value;
      const row = this.#checkReference(actor, counter, id);
      if (row >= 0) this.#own.checkPredecessor(row, this.columns, this.#isElement(counter));
      const place = this.#actors.place(actor, counter);
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
    this.#actors.refer(actor);
    if (counter < 1 || counter >= id) throw new UnsoundError('an operation refers to a later one');
    return actor === 0 ? counter - this.#startOp : -1;
  }
}
