import { ByteCursor } from './byte-cursor.ts';
import type { RunContent } from './run-column.ts';

type RunKind = 'none' | 'same' | 'literal' | 'null';

const noBytes = new Uint8Array();

/**
 * A column of runs, read by whole runs instead of row by row. It stands at a row, and says for how many the column goes on
 * like that. Takes what was checked before, or what Automerge opened: in whatever pieces its runs are.
 */
export class BlockColumn {
  readonly #content: RunContent;
  readonly #cursor = new ByteCursor(noBytes);
  #kind: RunKind = 'none';
  #left = 0;
  /** What differences are added to. */
  #base = 0;
  /** Where texts lie. */
  bytes: Uint8Array = noBytes;
  /** This row has no value. */
  isNull = true;
  /** The value of this row: a number, or where a text starts; 0 where it has none. */
  value = 0;
  /** What each further row has more. */
  step = 0;
  /** Bytes of the text of this row. */
  length = 0;
  /** How many rows go on like this one, it included. */
  rows = Infinity;

  constructor(content: RunContent) {
    this.#content = content;
  }

  /** Stands at the first row of the column that lies between `start` and `end`. */
  reset(bytes: Uint8Array, start: number, end: number): void {
    this.#cursor.reset(bytes, start, end);
    this.bytes = bytes;
    this.#kind = 'none';
    this.#left = 0;
    this.#base = 0;
    this.#arrive();
  }

  /** Goes so many rows further, at most as many as go on like this one. */
  pass(rows: number): void {
    if (this.rows === Infinity) return;
    if (!this.isNull && this.#content === 'difference') this.#base = this.value + this.step * (rows - 1);
    this.#left -= rows;
    this.#arrive();
  }

  #arrive(): void {
    if (this.#left === 0) this.#startRun();
    else if (this.#kind === 'literal') this.#readValue();
    else if (!this.isNull && this.#content === 'difference') this.value = this.#base + this.step;
    this.rows = this.#kind === 'none' ? Infinity : this.#kind === 'literal' ? 1 : this.#left;
  }

  #startRun(): void {
    this.#kind = 'none';
    this.value = 0;
    this.step = 0;
    while (this.#left === 0 && !this.#cursor.isAtEnd) {
      const length = this.#cursor.signed();
      this.#kind = length > 0 ? 'same' : length < 0 ? 'literal' : 'null';
      this.#left = length === 0 ? this.#cursor.unsigned() : Math.abs(length);
    }
    this.isNull = this.#kind === 'none' || this.#kind === 'null';
    if (!this.isNull) this.#readValue();
  }

  #readValue(): void {
    if (this.#content === 'text') {
      this.length = this.#cursor.unsigned();
      this.value = this.#cursor.position;
      this.#cursor.skip(this.length);
      return;
    }
    if (this.#content === 'number') {
      this.value = this.#cursor.unsigned();
      return;
    }
    const difference = this.#cursor.signed();
    this.value = this.#base + difference;
    this.step = this.#kind === 'same' ? difference : 0;
  }
}
