import { CutOffError, type ByteCursor } from './byte-cursor.ts';

/*
 * A column says what it is in one number: an id, a bit for deflated content, three bits for its type.
 * https://automerge.org/automerge-binary-format-spec/#_column_specifications
 */

export const typeBits = 0b0111;
export const deflatedBit = 0b1000;
export const booleanType = 4;
export const textType = 5;
const rawType = 7;
/** Every operation has an action. */
export const actionColumn = 0x42;
/** Automerge writes fourteen. */
const mostColumns = 256;
const largestSpecification = 0xffffffff;

/** Whether such a column holds the content of values, and no rows of its own. */
export function isRaw(specification: number): boolean {
  return (specification & typeBits) === rawType;
}

/** The columns of a chunk, as they were announced; their bytes follow later, in this order. */
export class ColumnList {
  count = 0;
  /** Bytes of all of them. */
  totalLength = 0;
  /** Bytes of those of values that are deflated. */
  deflatedContentLength = 0;
  readonly specifications = new Uint32Array(mostColumns);
  readonly lengths = new Float64Array(mostColumns);
  /** How many rows each has, once they were counted. */
  readonly rows = new Float64Array(mostColumns);

  /** Reads the announcement. */
  read(cursor: ByteCursor): void {
    const count = cursor.unsigned();
    if (count > mostColumns) throw new CutOffError();
    this.count = count;
    this.totalLength = 0;
    this.deflatedContentLength = 0;
    for (let index = 0; index < count; index += 1) {
      const specification = cursor.unsigned();
      if (specification > largestSpecification) throw new CutOffError();
      this.specifications[index] = specification;
      const length = cursor.unsigned();
      this.lengths[index] = length;
      this.totalLength += length;
      if (isRaw(specification) && (specification & deflatedBit) !== 0) this.deflatedContentLength += length;
    }
  }

  /** The rows that were counted in one column; none where it is not there. */
  rowsOf(specification: number): number {
    for (let index = 0; index < this.count; index += 1) {
      if (((this.specifications[index] ?? 0) & ~deflatedBit) === specification) return this.rows[index] ?? 0;
    }
    return 0;
  }
}
