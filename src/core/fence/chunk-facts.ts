import { inflateRawSync } from 'node:zlib';

/** What a chunk says of itself, without Automerge. Its checksum is not looked at. */
export type ChunkFacts =
  | { readonly kind: 'document'; readonly heads: readonly string[]; readonly end: number }
  | {
      readonly kind: 'change';
      readonly hash: string;
      readonly dependencies: readonly string[];
      readonly end: number;
    };

const magicHex = '856f4a83';
const typeOffset = 8;
const hashBytes = 32;
const inflatedLimitBytes = 256 * 2 ** 20;

/** What the chunks say that `bytes` are, one after the other; undefined where one is none. */
export function readFacts(bytes: Uint8Array): readonly ChunkFacts[] | undefined {
  const facts: ChunkFacts[] = [];
  try {
    for (let offset = 0; offset < bytes.length;) {
      const fact = factsAt(bytes, offset);
      facts.push(fact);
      offset = fact.end;
    }
    return facts;
  } catch {
    // Cut off, deflated wrongly, or of a kind of its own.
    return undefined;
  }
}

/** https://automerge.org/automerge-binary-format-spec/ */
function factsAt(bytes: Uint8Array, offset: number): ChunkFacts {
  if (bytes.subarray(offset, offset + 4).toHex() !== magicHex) throw new RangeError('no chunk');
  const cursor = new Cursor(bytes, offset + typeOffset);
  const [type] = cursor.take(1);
  const body = cursor.take(cursor.number());
  const end = cursor.at;
  if (type === 0) return { kind: 'document', heads: headsOf(body), end };
  if (type !== 1 && type !== 2) throw new RangeError('a chunk of another type');
  const content = type === 2 ? inflateRawSync(body, { maxOutputLength: inflatedLimitBytes }) : body;
  return {
    kind: 'change',
    hash: changeHash(content),
    dependencies: readHashes(new Cursor(content, 0)).toSorted(),
    end,
  };
}

function headsOf(body: Uint8Array): readonly string[] {
  const cursor = new Cursor(body, 0);
  for (let actors = cursor.number(); actors > 0; actors -= 1) cursor.take(cursor.number());
  return readHashes(cursor).toSorted();
}

function readHashes(cursor: Cursor): readonly string[] {
  const hashes: string[] = [];
  for (let left = cursor.number(); left > 0; left -= 1) hashes.push(cursor.take(hashBytes).toHex());
  return hashes;
}

function changeHash(content: Uint8Array): string {
  const head = [1];
  let rest = content.length;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) head.push((rest % 0x80) | 0x80);
  head.push(rest);
  return new Bun.CryptoHasher('sha256').update(Uint8Array.from(head)).update(content).digest('hex');
}

class Cursor {
  readonly #bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  take(length: number): Uint8Array {
    const taken = this.#bytes.subarray(this.at, this.at + length);
    if (taken.length < length) throw new RangeError('cut off');
    this.at += length;
    return taken;
  }

  number(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const [byte = 0] = this.take(1);
      value += (byte & 0x7f) * scale;
      if (!Number.isSafeInteger(value)) throw new RangeError('too large');
      if (byte < 0x80) return value;
    }
  }
}
