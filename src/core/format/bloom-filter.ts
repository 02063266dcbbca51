import { ByteCursor } from './byte-cursor.ts';

const mostBitsPerEntry = 64;
const mostProbes = 32;
const noBytes = new Uint8Array();

/** Why bytes are no Bloom filter that is looked at. */
export type FilterRefusal = 'no filter' | 'too much';

/**
 * What a peer says it has: for each change it holds the answer is yes, for one of a hundred others as well.
 * https://automerge.org/docs/reference/concepts/ and §3 of https://arxiv.org/abs/2012.00472.
 */
export class BloomFilter {
  static readonly empty = new BloomFilter(noBytes, 0);
  readonly #bits: Uint8Array;
  readonly #probes: number;

  private constructor(bits: Uint8Array, probes: number) {
    this.#bits = bits;
    this.#probes = probes;
  }

  /**
   * A filter as it lies in a sync message: entries, bits for each, probes, bits; nothing at all for no entries.
   * More behind them is passed over, as Automerge does. Throws `CutOffError`. Refuses what would cost more than any
   * client asks for, and filters without bits, by which Automerge divides.
   */
  static decode(bytes: Uint8Array): BloomFilter | FilterRefusal {
    if (bytes.length === 0) return BloomFilter.empty;
    const cursor = new ByteCursor(bytes);
    const [entries, bitsPerEntry, probes] = [cursor.unsigned(), cursor.unsigned(), cursor.unsigned()];
    if (bitsPerEntry > mostBitsPerEntry || probes > mostProbes) return 'too much';
    const bits = cursor.take(Math.ceil((entries * bitsPerEntry) / 8));
    if (entries > 0 && bitsPerEntry === 0) return 'no filter';
    return entries === 0 ? BloomFilter.empty : new BloomFilter(bits, probes);
  }

  get isEmpty(): boolean {
    return this.#bits.length === 0;
  }

  /** Whether its sender has, probably, the change of this hash. Never false of one that was put in. */
  has(hash: string): boolean {
    const modulo = 8 * this.#bits.length;
    if (modulo === 0) return false;
    let x = littleEndian32(hash, 0) % modulo;
    let y = littleEndian32(hash, 8) % modulo;
    const z = littleEndian32(hash, 16) % modulo;
    // The first probe is made even where a filter asks for none, as Automerge does.
    for (let probe = 1; this.#isSet(x); probe += 1) {
      if (probe >= this.#probes) return true;
      x = (x + y) % modulo;
      y = (y + z) % modulo;
    }
    return false;
  }

  #isSet(bit: number): boolean {
    const byte = this.#bits[bit >>> 3] ?? 0;
    return (byte & (1 << (bit & 7))) !== 0;
  }
}

/** The four bytes that these eight hex digits stand for, the lowest first. */
function littleEndian32(hash: string, start: number): number {
  const bigEndian = Number.parseInt(hash.slice(start, start + 8), 16);
  const swapped =
    (bigEndian >>> 24) | ((bigEndian >>> 8) & 0xff00) | ((bigEndian & 0xff00) << 8) | (bigEndian << 24);
  return swapped >>> 0;
}
