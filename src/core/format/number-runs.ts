import { ByteCursor, CutOffError } from './byte-cursor.ts';

const cursor = new ByteCursor(new Uint8Array());

/** Writes the numbers of a column of runs into `rows`, one a row; throws where it has others than so many. */
export function fillNumbers(column: Uint8Array, rows: Uint32Array): void {
  let row = 0;
  cursor.reset(column, 0, column.length);
  while (!cursor.isAtEnd) {
    const length = cursor.signed();
    // A null, of which these columns have none, or more rows than there are.
    if (length === 0 || row + Math.abs(length) > rows.length) throw new CutOffError();
    const end = row + Math.abs(length);
    if (length > 0) rows.fill(cursor.unsigned(), row, end);
    else for (let at = row; at < end; at += 1) rows[at] = cursor.unsigned();
    row = end;
  }
  if (row < rows.length) throw new CutOffError();
}

/** The same for a column of differences, each to the number before it. */
export function fillDifferences(column: Uint8Array, rows: Uint32Array): void {
  let row = 0;
  let value = 0;
  cursor.reset(column, 0, column.length);
  while (!cursor.isAtEnd) {
    const length = cursor.signed();
    if (length === 0 || row + Math.abs(length) > rows.length) throw new CutOffError();
    const end = row + Math.abs(length);
    let difference = length > 0 ? cursor.signed() : 0;
    for (; row < end; row += 1) {
      if (length < 0) difference = cursor.signed();
      value += difference;
      if (value < 0 || value > largestRow) throw new CutOffError();
      rows[row] = value;
    }
  }
  if (row < rows.length) throw new CutOffError();
}

const largestRow = 0xffffffff;
