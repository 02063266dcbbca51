/*
 * CBOR (RFC 8949) of the plain kind that clients send: numbers, texts, bytes, lists and maps whose lengths are told at
 * their start. Tags are refused, by which libraries share, repeat and copy values, so that a few bytes have no end.
 */

/** What plain CBOR can say; whole numbers of 64 bits are bigints. */
export type PlainValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | undefined
  | Uint8Array
  | readonly PlainValue[]
  | PlainMap;

export interface PlainMap {
  readonly [key: string]: PlainValue;
}

/** The bytes are no plain CBOR. */
export class CborError extends Error {
  override readonly name = 'CborError';
}

/** Lists and maps within one another. */
const deepest = 7;
const mostItems = 10_000;
const firstLong = 24;
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** The one item that these bytes are, with views of them for byte strings. Throws `CborError`. */
export function decodePlainCbor(bytes: Uint8Array): PlainValue {
  const reader = new Reader(bytes);
  const value = reader.item(0);
  if (!reader.isAtEnd) throw new CborError('more follows the frame');
  return value;
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;
  #items = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** One item, `depth` lists or maps below the first. */
  item(depth: number): PlainValue {
    this.#items += 1;
    if (this.#items > mostItems) throw new CborError('it has too many items');
    const first = this.#bytes[this.#take(1)] ?? 0;
    const short = first & 0x1f;
    switch (first >> 5) {
      case 0:
        return short < firstLong + 3 ? this.#argument(short) : this.#bigArgument(short);
      case 1:
        return short < firstLong + 3 ? -1 - this.#argument(short) : -1n - this.#bigArgument(short);
      case 2:
        return this.#byteString(this.#argument(short));
      case 3:
        return this.#text(this.#argument(short));
      case 4:
        return this.#list(this.#argument(short), depth);
      case 5:
        return this.#map(this.#argument(short), depth);
      case 6:
        throw new CborError('it has a tag');
      default:
        return this.#simple(short);
    }
  }

  /** Where the next `length` bytes begin. */
  #take(length: number): number {
    const start = this.#at;
    if (length > this.#bytes.length - start) throw new CborError('it is cut off');
    this.#at += length;
    return start;
  }

  /** The number an item begins with (§3). */
  #argument(short: number): number {
    if (short < firstLong) return short;
    if (short === firstLong) return this.#bytes[this.#take(1)] ?? 0;
    if (short === firstLong + 1) return this.#bytes.readUInt16BE(this.#take(2));
    if (short === firstLong + 2) return this.#bytes.readUInt32BE(this.#take(4));
    return Number(this.#bigArgument(short));
  }

  #bigArgument(short: number): bigint {
    if (short > firstLong + 3) throw new CborError('it has a length that is not told at its start');
    return this.#bytes.readBigUInt64BE(this.#take(8));
  }

  #view(length: number): DataView {
    return new DataView(this.#bytes.buffer, this.#bytes.byteOffset + this.#take(length), length);
  }

  #byteString(length: number): Uint8Array {
    const start = this.#take(length);
    return new Uint8Array(this.#bytes.buffer, this.#bytes.byteOffset + start, length);
  }

  /** Bytes that are no UTF-8 become U+FFFD. */
  #text(length: number): string {
    const start = this.#take(length);
    const end = start + length;
    for (let at = start; at < end; at += 1) {
      if ((this.#bytes[at] ?? 0) >= 0x80) return utf8.decode(this.#bytes.subarray(start, end));
    }
    return this.#bytes.toString('latin1', start, end);
  }

  #list(length: number, depth: number): readonly PlainValue[] {
    if (length > 0) refuseDeep(depth);
    const list: PlainValue[] = [];
    for (let left = length; left > 0; left -= 1) list.push(this.item(depth + 1));
    return list;
  }

  #map(entries: number, depth: number): PlainMap {
    if (entries > 0) refuseDeep(depth);
    const map: Record<string, PlainValue> = {};
    for (let left = entries; left > 0; left -= 1) {
      const key = this.item(depth + 1);
      if (typeof key === 'object' && key !== null) throw new CborError('a key is no text');
      const name = String(key);
      const value = this.item(depth + 1);
      // Assigned, this one would be the prototype. No frame needs it.
      if (name !== '__proto__') map[name] = value;
    }
    return map;
  }

  #simple(short: number): PlainValue {
    if (short === firstLong + 1) return this.#view(2).getFloat16(0);
    if (short === firstLong + 2) return this.#view(4).getFloat32(0);
    if (short === firstLong + 3) return this.#view(8).getFloat64(0);
    switch (this.#argument(short)) {
      case 20:
        return false;
      case 21:
        return true;
      case 22:
        return null;
      case 23:
        return undefined;
      default:
        throw new CborError('it has a value that means nothing');
    }
  }
}

function refuseDeep(depth: number): void {
  if (depth >= deepest) throw new CborError('it nests too deeply');
}
