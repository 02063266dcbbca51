import { inflate, readChunk } from '../store/chunk-format.ts';
import { ByteCursor, CutOffError } from './byte-cursor.ts';

/*
 * What Automerge would make of chunks, counted without making it: a run of a million operations is three bytes
 * in its columns and 300 MB in its memory. https://automerge.org/automerge-binary-format-spec/
 */

/** Why chunks are not looked at: they are `broken`, or would cost `too much`. */
export type Refusal = 'broken' | 'too much';

export interface Budget {
  readonly inflatedBytes: number;
  readonly operations: number;
}

/** So many operations are always free, and so many more for each byte: text that was written and deleted again. */
const freeOperations = 500_000;
const operationsPerByte = 4;

const hashBytes = 32;
const documentType = 0;
const changeType = 1;
const compressedChangeType = 2;

/** Adds up the cost of the chunks of one message. */
export class ChunkMeter {
  readonly #budget: Budget;
  #inflatedBytes = 0;
  #operations = 0;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  /** Counts these chunks, one after the other, in; the first reason against them, or undefined. */
  add(bytes: Uint8Array): Refusal | undefined {
    this.#inflatedBytes += bytes.length;
    for (let offset = 0; offset < bytes.length;) {
      const chunk = readChunk(bytes, offset);
      if (chunk === undefined) return 'broken';
      const refusal = this.#addChunk(chunk.type, chunk.body);
      if (refusal) return refusal;
      offset = chunk.end;
    }
    return undefined;
  }

  #addChunk(type: number, body: Uint8Array): Refusal | undefined {
    try {
      if (type === documentType) this.#addDocument(new ByteCursor(body));
      else if (type === changeType) this.#addChange(body);
      else if (type === compressedChangeType) this.#addChange(this.#inflate(body));
      else return 'broken';
      return undefined;
    } catch (error) {
      if (error instanceof CutOffError) return 'broken';
      if (error instanceof TooMuchError) return 'too much';
      throw error;
    }
  }

  #addDocument(cursor: ByteCursor): void {
    for (let actors = cursor.unsigned(); actors > 0; actors -= 1) cursor.take(cursor.unsigned());
    cursor.take(cursor.unsigned() * hashBytes);
    const columns = [...readColumns(cursor), ...readColumns(cursor)];
    this.#addColumns(columns, cursor);
  }

  #addChange(body: Uint8Array): void {
    const cursor = new ByteCursor(body);
    cursor.take(cursor.unsigned() * hashBytes);
    cursor.take(cursor.unsigned());
    for (let numbers = 3; numbers > 0; numbers -= 1) cursor.skipNumber();
    cursor.take(cursor.unsigned());
    for (let actors = cursor.unsigned(); actors > 0; actors -= 1) cursor.take(cursor.unsigned());
    this.#addColumns(readColumns(cursor), cursor);
  }

  /** An operation has a row in each column that says something of it. */
  #addColumns(columns: readonly Column[], cursor: ByteCursor): void {
    const most = this.#budget.operations - this.#operations;
    let rows = 0;
    for (const { specification, length } of columns) {
      const stored = cursor.take(length);
      const isDeflated = (specification & deflatedBit) !== 0;
      const content = isDeflated ? this.#inflate(stored) : stored;
      rows = Math.max(rows, countRows(specification & typeBits, new ByteCursor(content), most));
    }
    this.#operations += rows;
    if (this.#operations > freeOperations + operationsPerByte * this.#inflatedBytes) throw new TooMuchError();
  }

  #inflate(stored: Uint8Array): Uint8Array {
    const content = inflate(stored, this.#budget.inflatedBytes - this.#inflatedBytes);
    if (content === undefined) throw new TooMuchError();
    this.#inflatedBytes += content.length;
    return content;
  }
}

class TooMuchError extends Error {}

interface Column {
  readonly specification: number;
  readonly length: number;
}

const typeBits = 0b0111;
const deflatedBit = 0b1000;
const booleanType = 4;
const textType = 5;
const rawType = 7;
/** Automerge writes fourteen. */
const mostColumns = 256;

function readColumns(cursor: ByteCursor): readonly Column[] {
  const count = cursor.unsigned();
  if (count > mostColumns) throw new TooMuchError();
  const columns: Column[] = [];
  for (let left = count; left > 0; left -= 1) {
    columns.push({ specification: cursor.unsigned(), length: cursor.unsigned() });
  }
  return columns;
}

function countRows(type: number, cursor: ByteCursor, most: number): number {
  let rows = 0;
  if (type === rawType) return rows;
  while (!cursor.isAtEnd) {
    rows += type === booleanType ? cursor.unsigned() : passRun(type, cursor);
    if (rows > most) throw new TooMuchError();
  }
  return rows;
}

/** The length of one run: positive of one value, negative of as many values as follow, zero of nulls. */
function passRun(type: number, cursor: ByteCursor): number {
  const length = cursor.signed();
  if (length === 0) return cursor.unsigned();
  for (let values = Math.max(1, -length); values > 0; values -= 1) {
    if (type === textType) cursor.take(cursor.unsigned());
    else cursor.skipNumber();
  }
  return Math.abs(length);
}
