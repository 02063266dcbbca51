import { ByteCursor } from './byte-cursor.ts';

const noBytes = new Uint8Array();

/** A column of truths, read by whole runs as `BlockColumn`: so many false, so many true, so many false … */
export class BlockTruths {
  readonly #cursor = new ByteCursor(noBytes);
  #left = 0;
  /** This row is true. */
  value = false;
  /** How many rows go on like this one, it included. */
  rows = Infinity;

  /** Stands at the first row of the column that lies between `start` and `end`. */
  reset(bytes: Uint8Array, start: number, end: number): void {
    this.#cursor.reset(bytes, start, end);
    this.#left = 0;
    this.value = true;
    this.#arrive();
  }

  /** Goes so many rows further, at most as many as go on like this one. */
  pass(rows: number): void {
    if (this.rows === Infinity) return;
    this.#left -= rows;
    this.#arrive();
  }

  #arrive(): void {
    while (this.#left === 0 && !this.#cursor.isAtEnd) {
      this.#left = this.#cursor.unsigned();
      this.value = !this.value;
    }
    if (this.#left === 0) this.value = false;
    this.rows = this.#left === 0 ? Infinity : this.#left;
  }
}
