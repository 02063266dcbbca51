import { ByteCursor, CutOffError } from './byte-cursor.ts';
import { changeType, compressedChangeType, documentType, readChunks, type Chunk } from './chunk.ts';
import { ColumnList, deflatedBit } from './column-list.ts';
import { inflate } from './inflate.ts';
import { toRefusal, type Refusal } from './refusal.ts';
import { countRows, TooMuchError } from './row-count.ts';

/*
 * What Automerge would make of chunks, counted without making it: a run of a million operations is three bytes
 * in its columns and 300 MB in its memory. https://automerge.org/automerge-binary-format-spec/
 */

export interface Budget {
  readonly inflatedBytes: number;
  readonly operations: number;
}

/** So many operations are always free, and so many more for each byte: text that was written and deleted again. */
const freeOperations = 500_000;
const operationsPerByte = 4;

const hashBytes = 32;

/** A column, inflated. */
export interface Column {
  /** Without the bit for deflated content. */
  readonly specification: number;
  readonly bytes: Uint8Array;
  readonly rows: number;
}

const list = new ColumnList();
const operationList = new ColumnList();
const columnCursor = new ByteCursor(new Uint8Array());

/** Adds up the cost of chunks against one budget. */
export class ChunkMeter {
  readonly #budget: Budget;
  #inflatedBytes = 0;
  #operations = 0;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  /** Counts these chunks, one after the other, in; the first reason against them, or undefined. */
  add(bytes: Uint8Array): Refusal | undefined {
    const chunks = readChunks(bytes);
    if (chunks === undefined) return 'broken';
    try {
      for (const chunk of chunks) this.#addChunk(chunk);
      return undefined;
    } catch (error) {
      return toRefusal(error);
    }
  }

  #addChunk({ type, bytes, body }: Chunk): void {
    this.addBytes(bytes.length);
    if (type === documentType) this.#addDocument(new ByteCursor(body));
    if (type === changeType) this.#addChange(body);
    if (type === compressedChangeType) this.#addChange(this.inflate(body));
  }

  #addDocument(cursor: ByteCursor): void {
    for (let actors = cursor.unsigned(); actors > 0; actors -= 1) cursor.skip(cursor.unsigned());
    cursor.skip(cursor.unsigned() * hashBytes);
    list.read(cursor);
    operationList.read(cursor);
    const columns = [...this.readColumns(list, cursor), ...this.readColumns(operationList, cursor)];
    this.addRows(longest(columns));
  }

  #addChange(body: Uint8Array): void {
    const cursor = new ByteCursor(body);
    cursor.skip(cursor.unsigned() * hashBytes);
    cursor.skip(cursor.unsigned());
    for (let numbers = 3; numbers > 0; numbers -= 1) cursor.skipNumber();
    cursor.skip(cursor.unsigned());
    for (let actors = cursor.unsigned(); actors > 0; actors -= 1) cursor.skip(cursor.unsigned());
    list.read(cursor);
    this.addRows(this.countRows(list, body, cursor.position));
  }

  /** Counts the bytes of a chunk in. */
  addBytes(length: number): void {
    this.#inflatedBytes += length;
  }

  /** Counts the rows of a change or document in; throws `TooMuchError` where there are too many for its bytes. */
  addRows(rows: number): void {
    this.#operations += rows;
    if (this.#operations > freeOperations + operationsPerByte * this.#inflatedBytes) throw new TooMuchError();
  }

  /** What was deflated; throws `TooMuchError` where it is more than is left, or was not deflated. */
  inflate(deflated: Uint8Array): Uint8Array {
    const content = inflate(deflated, this.#budget.inflatedBytes - this.#inflatedBytes);
    if (content === undefined) throw new TooMuchError();
    this.#inflatedBytes += content.length;
    return content;
  }

  /** The columns that were announced, inflated, from where `cursor` stands on. */
  readColumns(announced: ColumnList, cursor: ByteCursor): readonly Column[] {
    const columns: Column[] = [];
    const most = this.#budget.operations - this.#operations;
    for (let index = 0; index < announced.count; index += 1) {
      const specification = announced.specifications[index] ?? 0;
      const stored = cursor.take(announced.lengths[index] ?? 0);
      const bytes = (specification & deflatedBit) === 0 ? stored : this.inflate(stored);
      columnCursor.reset(bytes, 0, bytes.length);
      const rows = countRows(specification, columnCursor, most);
      columns.push({ specification: specification & ~deflatedBit, bytes, rows });
    }
    return columns;
  }

  /** Counts the rows of the columns that were announced, not deflated, from `start` on; those of the longest. */
  countRows(announced: ColumnList, bytes: Uint8Array, start: number): number {
    const most = this.#budget.operations - this.#operations;
    let longestRows = 0;
    let at = start;
    for (let index = 0; index < announced.count; index += 1) {
      const end = at + (announced.lengths[index] ?? 0);
      if (end > bytes.length) throw new CutOffError();
      columnCursor.reset(bytes, at, end);
      const rows = countRows(announced.specifications[index] ?? 0, columnCursor, most);
      announced.rows[index] = rows;
      longestRows = Math.max(longestRows, rows);
      at = end;
    }
    return longestRows;
  }
}

/** A meter counts on over the chunks of a message; a budget alone is for one chunk. */
export function meterOf(budget: Budget | ChunkMeter): ChunkMeter {
  return budget instanceof ChunkMeter ? budget : new ChunkMeter(budget);
}

/** The rows of the longest of these columns. */
export function longest(columns: readonly Column[]): number {
  return columns.reduce((most, { rows }) => Math.max(most, rows), 0);
}
