import { ByteCursor } from './byte-cursor.ts';
import { isText } from './text.ts';
import { UnsoundError } from './unsound-error.ts';

/** What the values of a column are: plain numbers, differences to the one before, or texts. */
export type RunContent = 'number' | 'difference' | 'text';

type RunKind = 'none' | 'same' | 'literal' | 'null';

const noBytes = new Uint8Array();

/**
 * A column of runs, read row by row: so many times one value, so many values, so many nulls. Throws at runs that
 * Automerge would have written in another way, because it writes them its own way when it saves, and a change
 * whose bytes are others then has another hash. Kept and `reset`, not made anew for each change.
 */
export class RunColumn {
  readonly #content: RunContent;
  readonly #cursor = new ByteCursor(noBytes);
  #bytes: Uint8Array = noBytes;
  #kind: RunKind = 'none';
  #left = 0;
  /** The value as written: a number, or where a text starts. */
  #written = 0;
  #hasWritten = false;
  #isAfterValue = false;
  /** The row that was read has no value. */
  isNull = true;
  /** The value of the row that was read, where it has one: a number, or where a text starts. */
  value = 0;
  /** Bytes of the text that was read. */
  length = 0;
  /** Without bytes: a null in every row. */
  isAbsent = true;

  constructor(content: RunContent) {
    this.#content = content;
  }

  /** Starts over with the column that lies between `start` and `end`. */
  reset(bytes: Uint8Array, start: number, end: number): void {
    this.#cursor.reset(bytes, start, end);
    this.#bytes = bytes;
    this.#kind = 'none';
    this.#left = 0;
    this.#hasWritten = false;
    this.#isAfterValue = false;
    this.isNull = true;
    this.value = 0;
    this.isAbsent = start === end;
  }

  get isAtEnd(): boolean {
    return this.#left === 0 && this.#cursor.isAtEnd;
  }

  /** Goes to the next row. */
  next(): void {
    if (this.isAbsent) return;
    if (this.#left === 0) this.#startRun();
    this.#left -= 1;
    if (this.#kind === 'literal') this.#readValue();
    if (this.#content === 'difference' && this.#kind !== 'null') this.value += this.#written;
  }

  /** After the last row: throws where there are more, or where a column of nulls was written out. */
  finish(): void {
    if (this.isAbsent) return;
    if (!this.isAtEnd) throw new UnsoundError('a column has more rows than others');
    if (this.#kind === 'null' && !this.#hasWritten)
      throw new UnsoundError('a column holds nothing but nulls');
  }

  #startRun(): void {
    const length = this.#cursor.signed();
    if (length > 1) {
      this.#readValue();
      this.#begin('same', length);
    } else if (length < 0 && this.#kind !== 'literal') {
      this.#begin('literal', -length);
    } else if (length === 0 && this.#kind !== 'null') {
      this.#begin('null', this.#cursor.unsigned());
    } else {
      throw new UnsoundError('a column has its runs in pieces');
    }
  }

  #begin(kind: RunKind, length: number): void {
    if (length === 0) throw new UnsoundError('a column has an empty run');
    this.#kind = kind;
    this.#left = length;
    this.isNull = kind === 'null';
    if (this.isNull) this.#isAfterValue = false;
  }

  /** A value differs from the one before, or both were one run. */
  #readValue(): void {
    const before = this.#written;
    if (this.#content === 'text') {
      const lengthBefore = this.length;
      this.#readText();
      if (this.#isAfterValue && this.#isSameText(before, lengthBefore))
        throw new UnsoundError('a column repeats a text');
      this.value = this.#written;
    } else {
      this.#written = this.#content === 'number' ? this.#cursor.unsigned() : this.#cursor.signed();
      if (this.#isAfterValue && this.#written === before) throw new UnsoundError('a column repeats a number');
      if (this.#content === 'number') this.value = this.#written;
    }
    this.#hasWritten = true;
    this.#isAfterValue = true;
  }

  #readText(): void {
    this.length = this.#cursor.unsigned();
    this.#written = this.#cursor.position;
    this.#cursor.skip(this.length);
    if (!isText(this.#bytes, this.#written, this.length)) throw new UnsoundError('a text is no UTF-8');
  }

  #isSameText(start: number, length: number): boolean {
    if (length !== this.length) return false;
    for (let index = 0; index < length; index += 1) {
      if (this.#bytes[start + index] !== this.#bytes[this.#written + index]) return false;
    }
    return true;
  }
}
