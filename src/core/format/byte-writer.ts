/** Writes bytes one after the other, and grows as needed. */
export class ByteWriter {
  #bytes: Uint8Array;
  #at = 0;

  /** `expectedBytes` of room at first: the best guess of what will be written. */
  constructor(expectedBytes: number) {
    this.#bytes = new Uint8Array(expectedBytes);
  }

  byte(value: number): void {
    this.#makeRoom(1);
    this.#bytes[this.#at] = value;
    this.#at += 1;
  }

  /** Unsigned LEB128 of a whole number of up to 2^53, in as few bytes as can be: readers refuse longer ones. */
  unsigned(value: number): void {
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.byte((rest % 0x80) | 0x80);
    this.byte(rest);
  }

  bytes(content: Uint8Array): void {
    this.#makeRoom(content.length);
    this.#bytes.set(content, this.#at);
    this.#at += content.length;
  }

  /** The bytes that these hex digits stand for. */
  hex(digits: string): void {
    this.bytes(Uint8Array.fromHex(digits));
  }

  /** Leaves bytes free for what is written there later. */
  skip(count: number): void {
    this.#makeRoom(count);
    this.#at += count;
  }

  /** What was written so far. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }

  #makeRoom(length: number): void {
    const needed = this.#at + length;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    larger.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = larger;
  }
}
