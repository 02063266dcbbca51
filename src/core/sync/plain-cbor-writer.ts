/** What the frames of a server hold. */
export type WrittenValue = string | number | boolean | Uint8Array | { readonly [key: string]: WrittenValue };

const [numberType, negativeType, bytesType, textType, mapType] = [0, 1, 2, 3, 5];
const [falseByte, trueByte, float64Byte] = [0xf4, 0xf5, 0xfb];
const firstLong = 24;
const spareBytes = 384;
const longestHead = 5;

/** This value as CBOR (RFC 8949); numbers that are no whole ones of up to 32 bits as floats. */
export function encodePlainCbor(value: WrittenValue): Uint8Array {
  const writer = new Writer();
  writer.item(value);
  return writer.finish();
}

class Writer {
  #bytes = Buffer.allocUnsafeSlow(spareBytes);
  #at = 0;

  finish(): Uint8Array {
    return new Uint8Array(this.#bytes.buffer, 0, this.#at);
  }

  item(value: WrittenValue): void {
    if (typeof value === 'string') this.#text(value);
    else if (typeof value === 'number') this.#number(value);
    else if (typeof value === 'boolean') this.#byte(value ? trueByte : falseByte);
    else if (value instanceof Uint8Array) this.#byteString(value);
    else this.#map(value);
  }

  #text(text: string): void {
    if (text.length < firstLong && this.#shortAscii(text)) return;
    const length = Buffer.byteLength(text);
    this.#head(textType, length, length);
    this.#bytes.write(text, this.#at);
    this.#at += length;
  }

  /** Most texts: field names and types. False where it is not ASCII, and nothing is written. */
  #shortAscii(text: string): boolean {
    this.#makeRoom(1 + text.length);
    for (let index = 0; index < text.length; index += 1) {
      const unit = text.charCodeAt(index);
      if (unit >= 0x80) return false;
      this.#bytes[this.#at + 1 + index] = unit;
    }
    this.#bytes[this.#at] = (textType << 5) | text.length;
    this.#at += 1 + text.length;
    return true;
  }

  #byteString(content: Uint8Array): void {
    this.#head(bytesType, content.length, content.length);
    this.#bytes.set(content, this.#at);
    this.#at += content.length;
  }

  #map(map: { readonly [key: string]: WrittenValue }): void {
    const entries = Object.entries(map);
    this.#head(mapType, entries.length, 0);
    for (const [key, value] of entries) {
      this.#text(key);
      this.item(value);
    }
  }

  #number(number: number): void {
    if (number === number >>> 0 && !Object.is(number, -0)) return this.#head(numberType, number, 0);
    const negative = -1 - number;
    if (number < 0 && negative === negative >>> 0) return this.#head(negativeType, negative, 0);
    this.#byte(float64Byte);
    this.#makeRoom(8);
    this.#at = this.#bytes.writeDoubleBE(number, this.#at);
  }

  /** The first bytes of an item (§3), with room for the `contentBytes` that follow. */
  #head(type: number, argument: number, contentBytes: number): void {
    this.#makeRoom(longestHead + contentBytes);
    const first = type << 5;
    if (argument < firstLong) {
      this.#bytes[this.#at] = first | argument;
      this.#at += 1;
    } else if (argument < 2 ** 8) {
      this.#bytes[this.#at] = first | firstLong;
      this.#bytes[this.#at + 1] = argument;
      this.#at += 2;
    } else if (argument < 2 ** 16) {
      this.#bytes[this.#at] = first | (firstLong + 1);
      this.#at = this.#bytes.writeUInt16BE(argument, this.#at + 1);
    } else {
      this.#bytes[this.#at] = first | (firstLong + 2);
      this.#at = this.#bytes.writeUInt32BE(argument, this.#at + 1);
    }
  }

  #byte(byte: number): void {
    this.#makeRoom(1);
    this.#bytes[this.#at] = byte;
    this.#at += 1;
  }

  #makeRoom(length: number): void {
    const needed = this.#at + length;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed + spareBytes, 2 * this.#bytes.length));
    larger.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = larger;
  }
}
