import { inflateRawSync } from 'node:zlib';

/** A change as the columns of a document chunk tell of it. */
interface ColumnedChange {
  readonly actor: string | undefined;
  readonly seq: number;
}

const actorColumn = 0x01;
const seqColumn = 0x03;
const deflatedBit = 0b1000;

/** Who made the changes in a document chunk, in the order of its columns: a reading of the specification of its own. */
export function readChangeColumns(chunk: Uint8Array): readonly ColumnedChange[] {
  const cursor = new Cursor(chunk, 9);
  cursor.unsigned();
  const actors = Array.from({ length: cursor.unsigned() }, () => cursor.take(cursor.unsigned()).toHex());
  cursor.take(32 * cursor.unsigned());
  const columns = Array.from(
    { length: cursor.unsigned() },
    () => [cursor.unsigned(), cursor.unsigned()] as const,
  );
  for (let left = 2 * cursor.unsigned(); left > 0; left -= 1) cursor.unsigned();
  const content = new Map<number, Uint8Array>();
  for (const [specification, length] of columns) {
    const stored = cursor.take(length);
    const isDeflated = (specification & deflatedBit) !== 0;
    content.set(specification & ~deflatedBit, isDeflated ? inflateRawSync(stored) : stored);
  }
  let seq = 0;
  const seqs = readRuns(content.get(seqColumn), (one) => one.signed()).map((delta) => (seq += delta));
  const indices = readRuns(content.get(actorColumn), (one) => one.unsigned());
  return indices.map((index, n) => ({ actor: actors[index], seq: seqs[n] ?? Number.NaN }));
}

function readRuns(bytes: Uint8Array = new Uint8Array(), read: (cursor: Cursor) => number): readonly number[] {
  const values: number[] = [];
  for (const cursor = new Cursor(bytes, 0); cursor.at < bytes.length;) {
    const length = cursor.signed();
    if (length === 0) throw new Error('no change is without an actor or a number');
    if (length > 0) values.push(...Array.from<number>({ length }).fill(read(cursor)));
    for (let left = -length; left > 0; left -= 1) values.push(read(cursor));
  }
  return values;
}

class Cursor {
  readonly #bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  take(length: number): Uint8Array {
    this.at += length;
    return this.#bytes.subarray(this.at - length, this.at);
  }

  unsigned(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const [byte = 0] = this.take(1);
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  signed(): number {
    const start = this.at;
    const value = this.unsigned();
    const last = this.#bytes[this.at - 1] ?? 0;
    return (last & 0x40) === 0 ? value : value - 0x80 ** (this.at - start);
  }
}
