const longestNumber = 10;

/** The bytes end too early, or a number in them is larger than any length can be. */
export class CutOffError extends Error {
  constructor() {
    super('the bytes are cut off');
    this.name = 'CutOffError';
  }
}

/** Reads bytes from their start on: LEB128 numbers, and so many bytes as were announced. Throws `CutOffError`. */
export class ByteCursor {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  take(length: number): Uint8Array {
    const start = this.#at;
    if (length > this.#bytes.length - start) throw new CutOffError();
    this.#at += length;
    return this.#bytes.subarray(start, this.#at);
  }

  /** Unsigned LEB128 of up to 2^53. */
  unsigned(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.#next();
      value += (byte & 0x7f) * scale;
      if (!Number.isSafeInteger(value)) throw new CutOffError();
      if (byte < 0x80) return value;
    }
  }

  /** Signed LEB128 of up to 2^53 either way. */
  signed(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.#next();
      value += (byte & 0x7f) * scale;
      if (!Number.isSafeInteger(value)) throw new CutOffError();
      if (byte < 0x80) return byte & 0x40 ? value - scale * 0x80 : value;
    }
  }

  /** Passes a number of any size. */
  skipNumber(): void {
    for (let length = 1; this.#next() >= 0x80; length += 1) {
      if (length === longestNumber) throw new CutOffError();
    }
  }

  #next(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new CutOffError();
    this.#at += 1;
    return byte;
  }
}
