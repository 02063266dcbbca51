import { isMap, isObject, isOverwritable, markAction } from './operation-action.ts';
import type { OperationColumns } from './operation-columns.ts';
import { UnsoundError } from './unsound-error.ts';

/** A change of more operations refers to the first of them unchecked: memory has a limit, and no edit is as large. */
const mostRecorded = 2 ** 20;
const enoughForMost = 1024;

/** What the operations of one change did, for later ones of the same change that refer to them by row. */
export class OwnOperations {
  #size = enoughForMost;
  #actions = new Uint8Array(enoughForMost);
  #isInserted = new Uint8Array(enoughForMost);
  #hasText = new Uint8Array(enoughForMost);
  #objectActors = new Uint32Array(enoughForMost);
  #objectCounters = new Uint32Array(enoughForMost);
  /** Where the text of a key starts, or whose operation inserted an element. */
  #keyStarts = new Uint32Array(enoughForMost);
  /** Bytes of the text of a key, or the counter of the operation that inserted an element. */
  #keyLengths = new Uint32Array(enoughForMost);

  /** Makes room for so many operations. */
  prepare(operations: number): void {
    const size = Math.max(enoughForMost, Math.min(operations, mostRecorded));
    if (size === this.#size) return;
    this.#size = size;
    this.#actions = new Uint8Array(size);
    this.#isInserted = new Uint8Array(size);
    this.#hasText = new Uint8Array(size);
    this.#objectActors = new Uint32Array(size);
    this.#objectCounters = new Uint32Array(size);
    this.#keyStarts = new Uint32Array(size);
    this.#keyLengths = new Uint32Array(size);
  }

  record(row: number, columns: OperationColumns): void {
    if (row >= this.#size) return;
    const hasText = !columns.keyText.isNull;
    this.#actions[row] = columns.action.value;
    this.#isInserted[row] = columns.insert.value ? 1 : 0;
    this.#hasText[row] = hasText ? 1 : 0;
    this.#objectActors[row] = columns.objectActor.isNull ? 0 : columns.objectActor.value;
    this.#objectCounters[row] = columns.objectActor.isNull ? 0 : columns.objectCounter.value;
    this.#keyStarts[row] = hasText ? columns.keyText.value : columns.keyActor.value;
    this.#keyLengths[row] = hasText ? columns.keyText.length : columns.keyCounter.value;
  }

  /** Throws where the operation in `columns` takes that of `row` for an object, and it made none of this kind. */
  checkObject(row: number, columns: OperationColumns): void {
    if (row >= this.#size) return;
    const action = this.#actions[row] ?? 0;
    if (!isObject(action)) throw new UnsoundError('an object is none');
    if (isMap(action) === columns.keyText.isNull)
      throw new UnsoundError('an object has keys of another kind');
  }

  /** … for an element of its list. */
  checkElement(row: number, columns: OperationColumns): void {
    if (row >= this.#size) return;
    if (this.#isInserted[row] === 0) throw new UnsoundError('an element was not inserted');
    if (!this.#isInSameObject(row, columns)) throw new UnsoundError('an element is of another list');
  }

  /** … for what it overwrites or removes. `isElement`: the operation of `row` inserted the element that it names. */
  checkPredecessor(row: number, columns: OperationColumns, isElement: boolean): void {
    if (row >= this.#size) return;
    const isSame = this.#isInserted[row] === 1 ? isElement : this.#hasSameKey(row, columns);
    if (!isSame || !this.#isInSameObject(row, columns))
      throw new UnsoundError('a predecessor is of another place');
    if (!isOverwritable(this.#actions[row] ?? 0)) throw new UnsoundError('a predecessor left nothing');
  }

  /** Throws where the operation in `columns` ends a mark that the one of `row` did not begin, or began behind it. */
  checkMarkEnd(row: number, columns: OperationColumns): void {
    if (row >= this.#size) return;
    const isBegun = row >= 0 && this.#actions[row] === markAction && this.#isInSameObject(row, columns);
    if (!isBegun) throw new UnsoundError('a mark ends that did not begin');
    // Of two insertions after one element the later comes first.
    if (columns.keyActor.isNull || this.#hasSameKey(row, columns))
      throw new UnsoundError('a mark ends before it begins');
  }

  #isInSameObject(row: number, { objectActor, objectCounter }: OperationColumns): boolean {
    if (objectActor.isNull) return this.#objectCounters[row] === 0;
    return this.#objectActors[row] === objectActor.value && this.#objectCounters[row] === objectCounter.value;
  }

  #hasSameKey(row: number, columns: OperationColumns): boolean {
    const { keyText, keyActor, keyCounter, bytes } = columns;
    const [start, length] = [this.#keyStarts[row] ?? 0, this.#keyLengths[row] ?? 0];
    if (keyText.isNull)
      return this.#hasText[row] === 0 && start === keyActor.value && length === keyCounter.value;
    if (this.#hasText[row] === 0 || length !== keyText.length) return false;
    for (let index = 0; index < length; index += 1) {
      if (bytes[start + index] !== bytes[keyText.value + index]) return false;
    }
    return true;
  }
}
