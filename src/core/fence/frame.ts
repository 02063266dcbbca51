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
  const view = new DataView(bytes.buffer);
  view.setUint32(0, length, true);
  view.setUint32(4, number, true);
  view.setUint8(8, kind);
  view.setUint32(partsOffset, parts.length, true);
  let lengthAt = partsOffset + lengthBytes;
  let at = lengthBytes + outline;
  for (const part of parts) {
    view.setUint32(lengthAt, part.length, true);
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
    const length = new DataView(this.#length.buffer).getUint32(0, true);
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
  const view = new DataView(bytes.buffer);
  const count = view.getUint32(partsOffset - lengthBytes, true);
  let at = partsOffset + lengthBytes * count;
  if (at > bytes.length) throw new FrameError('a frame with more parts than bytes');
  const parts: Uint8Array[] = [];
  for (let index = 0; index < count; index += 1) {
    const end = at + view.getUint32(partsOffset + lengthBytes * index, true);
    if (end > bytes.length) throw new FrameError('a frame that is shorter than its parts');
    parts.push(bytes.subarray(at, end));
    at = end;
  }
  return { number: view.getUint32(0, true), kind: view.getUint8(4), parts };
}
