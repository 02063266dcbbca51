/** Bytes of a number of 64 bits. */
const longestNumber = 10;

/** The bytes end too early, or a number in them is larger than any length can be, or longer than it needs to be. */
export class CutOffError extends Error {
  constructor() {
    super('the bytes are cut off');
    this.name = 'CutOffError';
  }
}

/**
 * Reads bytes from their start on: LEB128 numbers as Automerge writes them (no byte more than needed), and so
 * many bytes as were announced. Throws `CutOffError`.
 */
export class ByteCursor {
  #bytes: Uint8Array;
  #at: number;
  #end: number;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  /** Reads other bytes from now on: hot paths make no new cursor. */
  reset(bytes: Uint8Array, start: number, end: number): void {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#end;
  }

  /** Where the next byte lies in the bytes this was made of. */
  get position(): number {
    return this.#at;
  }

  /** How many bytes are left. */
  get rest(): number {
    return this.#end - this.#at;
  }

  take(length: number): Uint8Array {
    const start = this.#at;
    this.skip(length);
    return this.#bytes.subarray(start, this.#at);
  }

  skip(length: number): void {
    if (length > this.#end - this.#at) throw new CutOffError();
    this.#at += length;
  }

  byte(): number {
    if (this.#at >= this.#end) throw new CutOffError();
    const byte = this.#bytes[this.#at] ?? 0;
    this.#at += 1;
    return byte;
  }

  /** Unsigned LEB128 of up to 2^53. Most are one byte, which is read here: there are a hundred in a small document. */
  unsigned(): number {
    const first = this.#bytes[this.#at] ?? 0;
    if (first >= 0x80 || this.#at >= this.#end) return this.#longUnsigned();
    this.#at += 1;
    return first;
  }

  #longUnsigned(): number {
    let value = this.byte() & 0x7f;
    for (let scale = 0x80; ; scale *= 0x80) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (value > Number.MAX_SAFE_INTEGER || byte === 0) throw new CutOffError();
      if (byte < 0x80) return value;
    }
  }

  /** Signed LEB128 of up to 2^53 either way. */
  signed(): number {
    const first = this.#bytes[this.#at] ?? 0;
    if (first >= 0x80 || this.#at >= this.#end) return this.#longSigned();
    this.#at += 1;
    return first & 0x40 ? first - 0x80 : first;
  }

  #longSigned(): number {
    let byte = this.byte();
    let value = byte & 0x7f;
    for (let scale = 0x80; ; scale *= 0x80) {
      const previous = byte;
      byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (scale > Number.MAX_SAFE_INTEGER) throw new CutOffError();
      if (byte >= 0x80) continue;
      if (byte === (previous & 0x40 ? 0x7f : 0)) throw new CutOffError();
      const signed = byte & 0x40 ? value - scale * 0x80 : value;
      if (!Number.isSafeInteger(signed)) throw new CutOffError();
      return signed;
    }
  }

  /** Passes so many numbers of up to 64 bits, whatever they are. */
  skipNumbers(count: number): void {
    if (count > this.rest) throw new CutOffError();
    const bytes = this.#bytes;
    const end = this.#end;
    let at = this.#at;
    for (let left = count; left > 0; left -= 1) {
      const start = at;
      while (at < end && (bytes[at] ?? 0) >= 0x80) at += 1;
      at += 1;
      if (at > end || at - start > longestNumber) throw new CutOffError();
    }
    this.#at = at;
  }

  /** Passes an unsigned number of up to 64 bits. */
  skipUnsigned(): void {
    let byte = this.byte();
    for (let length = 1; byte >= 0x80; length += 1) {
      byte = this.byte();
      if (byte === 0 || (length === longestNumber - 1 && byte > 1)) throw new CutOffError();
    }
  }

  /** Passes a signed number of up to 64 bits. */
  skipSigned(): void {
    let byte = this.byte();
    for (let length = 1; byte >= 0x80; length += 1) {
      const previous = byte;
      byte = this.byte();
      if (byte === (previous & 0x40 ? 0x7f : 0)) throw new CutOffError();
      if (length === longestNumber - 1 && byte !== 0 && byte !== 0x7f) throw new CutOffError();
    }
  }
}
