/** A frame of the automerge-repo websocket protocol, as far as the benchmarks look. */
export interface Frame {
  readonly type: string;
  readonly senderId: string;
  readonly documentId: string;
  readonly data: Buffer;
}

const none = Buffer.alloc(0);
const [majorNegative, majorBytes, majorText, majorList, majorMap, majorTag, majorSimple] = [
  1, 2, 3, 4, 5, 6, 7,
];

/** Reads one frame, the CBOR kinds (RFC 8949) that servers use and no others: it must cost far less than they do. */
export function decodeFrame(bytes: Buffer): Frame {
  const fields = new Reader(bytes).item() as Partial<Frame>;
  return { type: '', senderId: '', documentId: '', data: none, ...fields };
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  item(): unknown {
    const first = this.#bytes.readUInt8(this.#at++);
    const major = first >> 5;
    const value = this.#argument(first & 0x1f);
    if (major === majorText) return this.#take(value).toString();
    if (major === majorBytes) return this.#take(value);
    if (major === majorMap) return this.#map(value);
    if (major === majorList) return Array.from({ length: value }, () => this.item());
    if (major === majorTag) return this.item();
    if (major === majorSimple) return value === 21;
    return major === majorNegative ? -1 - value : value;
  }

  #map(size: number): Readonly<Record<string, unknown>> {
    const fields: Record<string, unknown> = {};
    for (let left = size; left > 0; left -= 1) fields[String(this.item())] = this.item();
    return fields;
  }

  #take(length: number): Buffer {
    const start = this.#at;
    this.#at += length;
    return this.#bytes.subarray(start, this.#at);
  }

  #argument(short: number): number {
    if (short < 24) return short;
    const size = 2 ** (short - 24);
    const start = this.#at;
    this.#at += size;
    return size === 8 ? Number(this.#bytes.readBigUInt64BE(start)) : this.#bytes.readUIntBE(start, size);
  }
}

export function encodeText(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([encodeHead(majorText, bytes.length), bytes]);
}

export function encodeBytes(bytes: Uint8Array): Buffer {
  return Buffer.concat([encodeHead(majorBytes, bytes.length), bytes]);
}

/** A map of these keys to values that are encoded already. */
export function encodeMap(entries: readonly (readonly [key: string, value: Buffer])[]): Buffer {
  const fields = entries.flatMap(([key, value]) => [encodeText(key), value]);
  return Buffer.concat([encodeHead(majorMap, entries.length), ...fields]);
}

export function encodeList(items: readonly Buffer[]): Buffer {
  return Buffer.concat([encodeHead(majorList, items.length), ...items]);
}

function encodeHead(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value]);
  const head = Buffer.alloc(5);
  head.writeUInt8((major << 5) | 26, 0);
  head.writeUInt32BE(value, 1);
  return head;
}
