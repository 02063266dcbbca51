import { ByteCursor } from './byte-cursor.ts';
import { UnsoundError } from './unsound-error.ts';

const noBytes = new Uint8Array();

/** A column of truths, read row by row: so many false, so many true, so many false … Only the first may be none. */
export class BooleanColumn {
  readonly #cursor = new ByteCursor(noBytes);
  #left = 0;
  #isFirstRun = true;
  /** The row that was read. */
  value = false;
  /** Without bytes: false in every row. */
  isAbsent = true;
  /** A row that was read so far is true. */
  hasTrue = false;

  /** Starts over with the column that lies between `start` and `end`. */
  reset(bytes: Uint8Array, start: number, end: number): void {
    this.#cursor.reset(bytes, start, end);
    this.#left = 0;
    this.#isFirstRun = true;
    this.value = false;
    this.hasTrue = false;
    this.isAbsent = start === end;
  }

  /** Goes to the next row. */
  next(): void {
    if (this.isAbsent) return;
    if (this.#left === 0) this.#startRun();
    this.#left -= 1;
  }

  /** After the last row: throws where there are more. */
  finish(): void {
    if (this.#left > 0 || !this.#cursor.isAtEnd) throw new UnsoundError('a column has more rows than others');
  }

  #startRun(): void {
    const wasFirst = this.#isFirstRun;
    this.#isFirstRun = false;
    this.#left = this.#cursor.unsigned();
    this.value = !wasFirst && !this.value;
    this.hasTrue ||= this.value;
    if (this.#left > 0) return;
    if (!wasFirst) throw new UnsoundError('a column has an empty run');
    this.#startRun();
  }
}
