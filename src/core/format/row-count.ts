import type { ByteCursor } from './byte-cursor.ts';
import { booleanType, textType, typeBits } from './column-list.ts';

/** What is measured would cost more than its budget. */
export class TooMuchError extends Error {
  constructor() {
    super('it would cost too much');
    this.name = 'TooMuchError';
  }
}

/** The rows of the column that `cursor` stands at, to its end, counted by run; throws beyond `most`. */
export function countRows(specification: number, cursor: ByteCursor, most: number): number {
  const type = specification & typeBits;
  let rows = 0;
  // Runs of nothing cost time as well.
  for (let runs = 1; !cursor.isAtEnd; runs += 1) {
    rows += type === booleanType ? cursor.unsigned() : passRun(type, cursor, most);
    if (rows > most || runs > most) throw new TooMuchError();
  }
  return rows;
}

/** The length of one run: positive of one value, negative of as many values as follow, zero of nulls. */
function passRun(type: number, cursor: ByteCursor, most: number): number {
  const length = cursor.signed();
  if (length === 0) return cursor.unsigned();
  if (-length > most) throw new TooMuchError();
  const values = length > 0 ? 1 : -length;
  if (type !== textType) cursor.skipNumbers(values);
  else for (let left = values; left > 0; left -= 1) cursor.skip(cursor.unsigned());
  return length > 0 ? length : values;
}
