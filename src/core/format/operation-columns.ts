import { BooleanColumn } from './boolean-column.ts';
import { ByteCursor, CutOffError } from './byte-cursor.ts';
import type { ColumnList } from './column-list.ts';
import { RunColumn } from './run-column.ts';
import { UnsoundError } from './unsound-error.ts';

const noBytes = new Uint8Array();

/** The columns of the operations of a change, read row by row. Kept and `open`ed, not made anew for each change. */
export class OperationColumns {
  readonly objectActor = new RunColumn('number');
  readonly objectCounter = new RunColumn('number');
  readonly keyActor = new RunColumn('number');
  readonly keyCounter = new RunColumn('difference');
  readonly keyText = new RunColumn('text');
  readonly insert = new BooleanColumn();
  readonly action = new RunColumn('number');
  readonly valueMetadata = new RunColumn('number');
  readonly value = new ByteCursor(noBytes);
  readonly predecessorCount = new RunColumn('number');
  readonly predecessorActor = new RunColumn('number');
  readonly predecessorCounter = new RunColumn('difference');
  readonly expand = new BooleanColumn();
  readonly markName = new RunColumn('text');
  /** What was opened. */
  bytes: Uint8Array = noBytes;

  /** Starts with the columns that `list` announces and that lie from `start` on; gives where they end. */
  open(list: ColumnList, bytes: Uint8Array, start: number): number {
    this.bytes = bytes;
    let at = start;
    let last = 0;
    for (let index = 0; index < list.count; index += 1) {
      const specification = list.specifications[index] ?? 0;
      const end = at + (list.lengths[index] ?? 0);
      if (specification <= last) throw new UnsoundError('its columns are not in order');
      if (end === at) throw new UnsoundError('it has an empty column');
      if (end > bytes.length) throw new CutOffError();
      this.#column(specification).reset(bytes, at, end);
      last = specification;
      at = end;
    }
    return at;
  }

  /** Lets go of the bytes; before the next are opened. */
  close(): void {
    this.bytes = noBytes;
    for (const specification of specifications) this.#column(specification).reset(noBytes, 0, 0);
  }

  /** Goes to the next row, but for predecessors and value: of those a row has as many as it says. */
  next(): void {
    this.objectActor.next();
    this.objectCounter.next();
    this.keyActor.next();
    this.keyCounter.next();
    this.keyText.next();
    this.insert.next();
    this.action.next();
    this.valueMetadata.next();
    this.predecessorCount.next();
    this.expand.next();
    this.markName.next();
  }

  /** After the last row: throws where a column has more. */
  finish(): void {
    this.objectActor.finish();
    this.objectCounter.finish();
    this.keyActor.finish();
    this.keyCounter.finish();
    this.keyText.finish();
    this.insert.finish();
    this.valueMetadata.finish();
    if (!this.value.isAtEnd) throw new UnsoundError('it has more values than operations');
    this.predecessorCount.finish();
    this.predecessorActor.finish();
    this.predecessorCounter.finish();
    this.expand.finish();
    if (!this.expand.isAbsent && !this.expand.hasTrue) throw new UnsoundError('a column holds nothing');
    this.markName.finish();
  }

  #column(specification: number): Resettable {
    switch (specification) {
      case 0x01:
        return this.objectActor;
      case 0x02:
        return this.objectCounter;
      case 0x11:
        return this.keyActor;
      case 0x13:
        return this.keyCounter;
      case 0x15:
        return this.keyText;
      case 0x34:
        return this.insert;
      case 0x42:
        return this.action;
      case 0x56:
        return this.valueMetadata;
      case 0x57:
        return this.value;
      case 0x70:
        return this.predecessorCount;
      case 0x71:
        return this.predecessorActor;
      case 0x73:
        return this.predecessorCounter;
      case 0x94:
        return this.expand;
      case 0xa5:
        return this.markName;
      default:
        throw new UnsoundError('it has a column that Automerge does not write');
    }
  }
}

interface Resettable {
  reset(bytes: Uint8Array, start: number, end: number): void;
}
const specifications = [
  0x01, 0x02, 0x11, 0x13, 0x15, 0x34, 0x42, 0x56, 0x57, 0x70, 0x71, 0x73, 0x94, 0xa5,
] as const;
