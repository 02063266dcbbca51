import { BlockColumn } from './block-column.ts';
import { BlockTruths } from './block-truths.ts';
import { ByteCursor, CutOffError } from './byte-cursor.ts';
import type { Change } from './change.ts';
import { ColumnList, deflatedBit, isRaw } from './column-list.ts';
import type { DocumentChunk } from './document.ts';
import { inflate } from './inflate.ts';

const noBytes = new Uint8Array();
const list = new ColumnList();
const passedList = new ColumnList();
/** What each inflates to was measured when the document was read. */
const inflatedLimitBytes = 2 ** 31;

/**
 * The operations of a change or of a document chunk, in blocks of rows in which every column goes on as it began: typed
 * text is a few blocks, however long. Kept and opened again, not made anew for each.
 */
export class OperationBlocks {
  readonly objectActor = new BlockColumn('number');
  readonly objectCounter = new BlockColumn('number');
  readonly keyActor = new BlockColumn('number');
  readonly keyCounter = new BlockColumn('difference');
  readonly keyText = new BlockColumn('text');
  /** Of a document only: in a change the operations count on from its first. */
  readonly idActor = new BlockColumn('number');
  readonly idCounter = new BlockColumn('difference');
  readonly insert = new BlockTruths();
  readonly action = new BlockColumn('number');
  readonly markName = new BlockColumn('text');
  /** Of a change only: a document says what came after instead. */
  readonly predecessorCount = new BlockColumn('number');
  readonly predecessorActor = new BlockColumn('number');
  readonly predecessorCounter = new BlockColumn('difference');
  readonly #byRow = [
    this.objectActor,
    this.objectCounter,
    this.keyActor,
    this.keyCounter,
    this.keyText,
    this.idActor,
    this.idCounter,
    this.insert,
    this.action,
    this.markName,
    this.predecessorCount,
  ] as const;
  #rowsLeft = 0;
  /** Rows of the block; none before the first. Those of several have no predecessors, or one each, which go on alike as well. */
  rows = 0;
  /** Predecessors of the block that were not passed yet. */
  predecessorsLeft = 0;

  openChange({ body, columnsAt, operations }: Change): void {
    const cursor = new ByteCursor(body, columnsAt);
    list.read(cursor);
    this.#open(cursor.position, body, operations);
  }

  /** Throws `CutOffError`. */
  openDocument({ body, columnsAt, operations }: DocumentChunk): void {
    const cursor = new ByteCursor(body, columnsAt);
    passedList.read(cursor);
    list.read(cursor);
    cursor.skip(passedList.totalLength);
    this.#open(cursor.position, body, operations);
  }

  /** Goes to the next block; false where there is none. */
  next(): boolean {
    this.#passPredecessors();
    if (this.rows > 0) for (const column of this.#byRow) column.pass(this.rows);
    this.#rowsLeft -= this.rows;
    let rows = this.#rowsLeft;
    for (const column of this.#byRow) if (column.rows < rows) rows = column.rows;
    const predecessors = rows > 0 ? this.predecessorCount.value : 0;
    if (predecessors === 1) rows = Math.min(rows, this.predecessorActor.rows, this.predecessorCounter.rows);
    if (predecessors > 1) rows = 1;
    this.rows = rows;
    this.predecessorsLeft = rows * predecessors;
    return rows > 0;
  }

  /** Leaves the block its first row; the others are the next. */
  narrow(): void {
    this.rows = 1;
    this.predecessorsLeft = this.predecessorCount.value;
  }

  /** Goes to the next predecessor. */
  passPredecessor(): void {
    this.predecessorsLeft -= 1;
    this.predecessorActor.pass(1);
    this.predecessorCounter.pass(1);
  }

  #passPredecessors(): void {
    if (this.predecessorsLeft === this.rows && this.rows > 1) {
      this.predecessorActor.pass(this.rows);
      this.predecessorCounter.pass(this.rows);
      this.predecessorsLeft = 0;
    }
    while (this.predecessorsLeft > 0) this.passPredecessor();
  }

  /** Lets go of the bytes; before the next are opened. */
  close(): void {
    for (const column of this.#byRow) column.reset(noBytes, 0, 0);
    this.predecessorActor.reset(noBytes, 0, 0);
    this.predecessorCounter.reset(noBytes, 0, 0);
  }

  #open(start: number, body: Uint8Array, operations: number): void {
    this.rows = 0;
    this.predecessorsLeft = 0;
    this.#rowsLeft = operations;
    let at = start;
    for (let index = 0; index < list.count; index += 1) {
      const specification = list.specifications[index] ?? 0;
      const end = at + (list.lengths[index] ?? 0);
      if (end > body.length) throw new CutOffError();
      const column = isRaw(specification) ? undefined : this.#column(specification & ~deflatedBit);
      if (column) resetTo(column, { body, at, end, isDeflated: (specification & deflatedBit) !== 0 });
      at = end;
    }
  }

  #column(specification: number): BlockColumn | BlockTruths | undefined {
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
      case 0x21:
        return this.idActor;
      case 0x23:
        return this.idCounter;
      case 0x34:
        return this.insert;
      case 0x42:
        return this.action;
      case 0x70:
        return this.predecessorCount;
      case 0x71:
        return this.predecessorActor;
      case 0x73:
        return this.predecessorCounter;
      case 0xa5:
        return this.markName;
      default:
        return undefined;
    }
  }
}

interface Stored {
  readonly body: Uint8Array;
  readonly at: number;
  readonly end: number;
  readonly isDeflated: boolean;
}

function resetTo(column: BlockColumn | BlockTruths, { body, at, end, isDeflated }: Stored): void {
  if (!isDeflated) return column.reset(body, at, end);
  const content = inflate(body.subarray(at, end), inflatedLimitBytes);
  if (content === undefined) throw new CutOffError();
  column.reset(content, 0, content.length);
}
