import { randomBytes } from 'node:crypto';

/** One whole message, or the close frame (RFC 6455 §5.5.1; 1005 where it has no code). */
export type SocketEvent =
  | { readonly kind: 'message'; readonly bytes: Uint8Array }
  | { readonly kind: 'close'; readonly code: number };

const binary = 0x2;
const close = 0x8;
const isFinal = 0x80;
const isMasked = 0x80;
const noCode = 1005;

/** One frame as a client sends it (RFC 6455 §5.2). */
function encode(opcode: number, payload: Uint8Array): Uint8Array {
  const mask = randomBytes(4);
  const { length } = payload;
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  head[0] = isFinal | opcode;
  head[1] = isMasked | (length < 126 ? length : length < 65_536 ? 126 : 127);
  if (head.length === 4) head.writeUInt16BE(length, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2);
  const masked = payload.map((byte, index) => byte ^ mask.readUInt8(index % 4));
  return Buffer.concat([head, mask, masked]);
}

export function binaryFrame(bytes: Uint8Array): Uint8Array {
  return encode(binary, bytes);
}

export function closeFrame(code: number): Uint8Array {
  return encode(close, Uint8Array.of(code >> 8, code & 0xff));
}

/** Reads what a server sends: fragments are put together, pings and pongs passed over. */
export class FrameReader {
  readonly #limitBytes: number;
  #unread: Buffer = Buffer.alloc(0);
  #message: Buffer = Buffer.alloc(0);

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** What is whole with these bytes. Throws a RangeError where a message is larger than was agreed. */
  take(bytes: Uint8Array): readonly SocketEvent[] {
    this.#unread = Buffer.concat([this.#unread, bytes]);
    const events: SocketEvent[] = [];
    for (let frame = this.#next(); frame !== undefined; frame = this.#next()) {
      const event = this.#read(frame.first, frame.payload);
      if (event !== undefined) events.push(event);
    }
    return events;
  }

  #read(first: number, payload: Buffer): SocketEvent | undefined {
    const opcode = first & 0x0f;
    if (opcode === close) {
      return { kind: 'close', code: payload.length < 2 ? noCode : payload.readUInt16BE(0) };
    }
    if (opcode > binary) return undefined;
    this.#message = Buffer.concat([this.#message, payload]);
    if (this.#message.length > this.#limitBytes) throw new RangeError('the message is too large');
    if ((first & isFinal) === 0) return undefined;
    const bytes = this.#message;
    this.#message = Buffer.alloc(0);
    return { kind: 'message', bytes };
  }

  #next(): { readonly first: number; readonly payload: Buffer } | undefined {
    const unread = this.#unread;
    if (unread.length < 2) return undefined;
    const short = unread.readUInt8(1) & 0x7f;
    const start = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (unread.length < start) return undefined;
    const length =
      start === 4 ? unread.readUInt16BE(2) : start === 10 ? Number(unread.readBigUInt64BE(2)) : short;
    if (length > this.#limitBytes) throw new RangeError('the frame is too large');
    if (unread.length < start + length) return undefined;
    this.#unread = unread.subarray(start + length);
    return { first: unread.readUInt8(0), payload: unread.subarray(start, start + length) };
  }
}
