import { ByteCursor, CutOffError } from './byte-cursor.ts';
import { readContentClaims } from './claimed-content.ts';
import { deflatedBit, isRaw, type ColumnList } from './column-list.ts';
import { inflate, mostInflatedBytes } from './inflate.ts';
import { countRows, TooMuchError } from './row-count.ts';

/*
 * What Automerge would make of chunks, counted without making it: a run of a million operations is three bytes
 * in its columns and 300 MB in its memory. https://automerge.org/automerge-binary-format-spec/
 */

export interface Budget {
  readonly inflatedBytes: number;
  readonly operations: number;
  /** Operations that are free beside those that always are: what a document has can be deleted in a few bytes. */
  readonly deletable?: number;
}

/** So many operations are always free, and so many more for each byte: text that was written and deleted again. */
const alwaysFree = 500_000;
const operationsPerByte = 4;
/** Text that says the same over and over; what deflates further was made to. */
const mostRepetition = 64;
/** So much of its bytes is free to any chunk; the rest is for those that are not made of almost nothing. */
const freeShare = 1 / 4;
/** Text deflates to a third, to a tenth where it says the same over and over. */
const mostExpansion = 32;
/** What cannot be deflated is stored with so little more: https://www.rfc-editor.org/rfc/rfc1951#section-3.2.4. */
const largestStored = 1.01;
const spareBytes = 64;

const columnCursor = new ByteCursor(new Uint8Array());

/** Adds up the cost of chunks against one budget. */
export class ChunkMeter {
  readonly #budget: Budget;
  #storedBytes = 0;
  #inflatedBytes = 0;
  /** Values that were not looked at, as if they were all that their bytes can be. */
  #unseenBytes = 0;
  #operations = 0;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  /** Counts the bytes of a chunk in. */
  addBytes(length: number): void {
    this.#storedBytes += length;
    this.#inflatedBytes += length;
  }

  /** What was deflated; throws `TooMuchError` where it is more than is left, or was not deflated. */
  inflate(deflated: Uint8Array): Uint8Array {
    const content = inflate(deflated, this.#bytesLeft);
    if (content === undefined) throw new TooMuchError();
    this.#inflatedBytes += content.length;
    return content;
  }

  /** Counts a change in, whose columns lie from `start` on, not deflated; throws where it has too many rows. */
  addChange(columns: ColumnList, body: Uint8Array, start: number): void {
    const rows = this.#countRows(columns, body, start);
    this.#operations += rows;
    if (this.#isTooMuch) throw new TooMuchError();
  }

  /** Counts a document in, whose columns lie from `start` on one after the other; throws where it has too many rows. */
  addDocument(lists: readonly ColumnList[], body: Uint8Array, start: number): number {
    let at = start;
    let rows = 0;
    for (const columns of lists) {
      rows = Math.max(rows, this.#countRows(columns, body, at));
      at += columns.totalLength;
    }
    this.#operations += rows;
    const deflated = lists.reduce((sum, { deflatedContentLength }) => sum + deflatedContentLength, 0);
    const most = deflated * mostInflatedBytes;
    if (this.#operations <= this.#freeOperations && most <= this.#bytesLeft) this.#unseenBytes += most;
    else this.#addClaims(lists, body, start);
    if (this.#isTooMuch) throw new TooMuchError();
    return at;
  }

  get #bytesLeft(): number {
    const { inflatedBytes } = this.#budget;
    const most = Math.max(inflatedBytes * freeShare, this.#storedBytes * mostExpansion);
    return Math.min(inflatedBytes, most) - this.#inflatedBytes - this.#unseenBytes;
  }

  get #isTooMuch(): boolean {
    const bytes = Math.min(this.#inflatedBytes, this.#storedBytes * mostRepetition);
    return this.#operations > this.#freeOperations + operationsPerByte * bytes;
  }

  get #freeOperations(): number {
    return alwaysFree + (this.#budget.deletable ?? 0);
  }

  /** Counts the rows of each column that has some, and gives those of the longest. */
  #countRows(columns: ColumnList, body: Uint8Array, start: number): number {
    const most = this.#budget.operations - this.#operations;
    let longestRows = 0;
    let at = start;
    for (let index = 0; index < columns.count; index += 1) {
      const specification = columns.specifications[index] ?? 0;
      const end = at + (columns.lengths[index] ?? 0);
      if (end > body.length) throw new CutOffError();
      columns.rows[index] = 0;
      if (!isRaw(specification)) {
        this.#stand(specification, body, at, end);
        const rows = countRows(specification, columnCursor, most);
        columns.rows[index] = rows;
        if (rows > longestRows) longestRows = rows;
      }
      at = end;
    }
    return longestRows;
  }

  /** Has the cursor stand at this column, inflated. */
  #stand(specification: number, body: Uint8Array, start: number, end: number): void {
    if ((specification & deflatedBit) === 0) return columnCursor.reset(body, start, end);
    const content = this.inflate(body.subarray(start, end));
    columnCursor.reset(content, 0, content.length);
  }

  /**
   * Counts values in, as large as they are said to be: they are the most of a large document, and nothing here needs
   * them. Whether it is so is looked at behind the fence, before Automerge inflates them.
   */
  #addClaims(lists: readonly ColumnList[], body: Uint8Array, start: number): void {
    let at = start;
    for (const columns of lists) {
      for (const { deflated, claimedBytes } of readContentClaims(columns, body, at)) {
        const least = Math.max(0, deflated.length - spareBytes) / largestStored;
        const most = deflated.length * mostInflatedBytes;
        if (claimedBytes < least || claimedBytes > most) throw new CutOffError();
        if (claimedBytes > this.#bytesLeft) throw new TooMuchError();
        this.#inflatedBytes += claimedBytes;
      }
      at += columns.totalLength;
    }
  }
}

/** A meter counts on over the chunks of a message; a budget alone is for one chunk. */
export function meterOf(budget: Budget | ChunkMeter): ChunkMeter {
  return budget instanceof ChunkMeter ? budget : new ChunkMeter(budget);
}
