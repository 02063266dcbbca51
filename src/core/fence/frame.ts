/*
 * What goes between the server and its child: a length of four bytes, then as many bytes: the number of the
 * request, a kind, and byte strings, each announced by its length. Little-endian; content is never escaped.
 */

/** A request or an answer. */
export interface Frame {
  /** Counts the requests; an answer has the number of its request. */
  readonly number: number;
  readonly kind: number;
  readonly parts: readonly Uint8Array[];
}

export const mostFrameBytes = 512 * 2 ** 20;

const lengthBytes = 4;
const partsOffset = 9;

/** The other side does not write frames. */
export class FrameError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'FrameError';
  }
}

/** The bytes of a frame, its length first. */
export function encodeFrame({ number, kind, parts }: Frame): Uint8Array {
  const outline = partsOffset + lengthBytes * parts.length;
  const length = parts.reduce((sum, part) => sum + part.length, outline);
  const bytes = new Uint8Array(lengthBytes + length);
  writeUint32(bytes, 0, length);
  writeUint32(bytes, 4, number);
  bytes[8] = kind;
  writeUint32(bytes, partsOffset, parts.length);
  let lengthAt = partsOffset + lengthBytes;
  let at = lengthBytes + outline;
  for (const part of parts) {
    writeUint32(bytes, lengthAt, part.length);
    bytes.set(part, at);
    lengthAt += lengthBytes;
    at += part.length;
  }
  return bytes;
}

/** Puts frames together from bytes as they come. Each has memory of its own. */
export class FrameReader {
  readonly #length = new Uint8Array(lengthBytes);
  #frame: Uint8Array = this.#length;
  #filled = 0;

  /** The frames that these bytes complete; throws `FrameError` at bytes that are none. */
  *push(bytes: Uint8Array): Generator<Frame> {
    for (let at = 0; at < bytes.length;) {
      const part = bytes.subarray(at, at + this.#frame.length - this.#filled);
      this.#frame.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled < this.#frame.length) return;
      if (this.#frame === this.#length) this.#begin();
      else yield this.#finish();
    }
  }

  #begin(): void {
    const length = readUint32(this.#length, 0);
    if (length < partsOffset || length > mostFrameBytes) throw new FrameError(`a frame of ${length} bytes`);
    this.#frame = new Uint8Array(length);
    this.#filled = 0;
  }

  #finish(): Frame {
    const frame = decode(this.#frame);
    this.#frame = this.#length;
    this.#filled = 0;
    return frame;
  }
}

function decode(bytes: Uint8Array): Frame {
  const count = readUint32(bytes, partsOffset - lengthBytes);
  let at = partsOffset + lengthBytes * count;
  if (at > bytes.length) throw new FrameError('a frame with more parts than bytes');
  const parts: Uint8Array[] = [];
  for (let index = 0; index < count; index += 1) {
    const end = at + readUint32(bytes, partsOffset + lengthBytes * index);
    if (end > bytes.length) throw new FrameError('a frame that is shorter than its parts');
    parts.push(bytes.subarray(at, end));
    at = end;
  }
  return { number: readUint32(bytes, 0), kind: bytes[4] ?? 0, parts };
}

// No `DataView`: for a frame as small as most it costs more than all else.

function writeUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
}

function readUint32(bytes: Uint8Array, at: number): number {
  const high = bytes[at + 3] ?? 0;
  return (((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at] ?? 0)) + high * 2 ** 24;
}
