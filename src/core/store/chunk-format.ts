import { inflateRawSync } from 'node:zlib';

/** The binary format of Automerge: https://automerge.org/automerge-binary-format-spec/ */
const magic = [0x85, 0x6f, 0x4a, 0x83] as const;
const checksumBytes = 4;
const hashBytes = 32;
const typeOffset = magic.length + checksumBytes;
const documentType = 0;
const changeType = 1;
const compressedChangeType = 2;
/** A whole inflated change has to fit. */
const inflatedLimitBytes = 256 * 2 ** 20;

interface Chunk {
  readonly type: number;
  readonly checksum: Uint8Array;
  readonly body: Uint8Array;
  /** Where the next chunk starts. */
  readonly end: number;
}

/**
 * Why `bytes` are not Automerge chunks, one after the other, each whole and with the checksum of its
 * content; the rest of a sentence, or undefined where they are. What the content means is not looked at.
 */
export function whyNotChunks(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return 'it has no bytes';
  for (let offset = 0; offset < bytes.length;) {
    const chunk = readChunk(bytes, offset);
    if (chunk === undefined) return `it is cut off or no Automerge chunk at byte ${offset}`;
    if (!hasItsChecksum(chunk)) return `its checksum does not match its content at byte ${offset}`;
    offset = chunk.end;
  }
  return undefined;
}

/** The heads a document chunk at the start of `bytes` names (sorted hex), or undefined where there is none. */
export function snapshotHeads(bytes: Uint8Array): readonly string[] | undefined {
  const chunk = readChunk(bytes, 0);
  if (chunk?.type !== documentType) return undefined;
  const { body } = chunk;
  const actors = readLength(body, 0);
  let offset = actors?.end ?? body.length;
  for (let left = actors?.value ?? 0; left > 0; left -= 1) {
    const actor = readLength(body, offset);
    if (actor === undefined || actor.end + actor.value > body.length) return undefined;
    offset = actor.end + actor.value;
  }
  const count = readLength(body, offset);
  if (count === undefined || count.end + count.value * hashBytes > body.length) return undefined;
  return Array.from({ length: count.value }, (_, index) => {
    const start = count.end + index * hashBytes;
    return body.subarray(start, start + hashBytes).toHex();
  }).toSorted();
}

/** The chunk that starts at `offset`; undefined where it is cut off or none. Its checksum is not looked at. */
export function readChunk(bytes: Uint8Array, offset: number): Chunk | undefined {
  if (magic.some((byte, index) => bytes[offset + index] !== byte)) return undefined;
  const type = bytes[offset + typeOffset];
  const length = readLength(bytes, offset + typeOffset + 1);
  if (type === undefined || length === undefined) return undefined;
  const end = length.end + length.value;
  if (end > bytes.length) return undefined;
  const checksum = bytes.subarray(offset + magic.length, offset + typeOffset);
  return { type, checksum, body: bytes.subarray(length.end, end), end };
}

/** The hash of the change at the start of `bytes`, as heads and dependencies name it; undefined where it is none. */
export function changeHash(bytes: Uint8Array): string | undefined {
  const chunk = readChunk(bytes, 0);
  if (chunk === undefined || chunk.type === documentType) return undefined;
  return hashOf(chunk)?.toHex();
}

/** The first chunk of `bytes`, without what follows it. */
export function firstChunk(bytes: Uint8Array): Uint8Array | undefined {
  const chunk = readChunk(bytes, 0);
  return chunk && bytes.subarray(0, chunk.end);
}

function hasItsChecksum(chunk: Chunk): boolean {
  const hash = hashOf(chunk);
  return hash !== undefined && chunk.checksum.every((byte, index) => byte === hash[index]);
}

/** The hash of a compressed change is that of the change it holds; undefined where it does not inflate. */
function hashOf({ type, body }: Chunk): Uint8Array | undefined {
  const isCompressed = type === compressedChangeType;
  const content = isCompressed ? inflate(body, inflatedLimitBytes) : body;
  if (content === undefined) return undefined;
  return new Bun.CryptoHasher('sha256')
    .update(Uint8Array.of(isCompressed ? changeType : type, ...lengthBytes(content.length)))
    .update(content)
    .digest();
}

/** What was deflated; undefined where it is more than `limitBytes` or was not deflated. */
export function inflate(body: Uint8Array, limitBytes: number): Uint8Array | undefined {
  try {
    return inflateRawSync(body, { maxOutputLength: Math.max(1, limitBytes) });
  } catch {
    return undefined;
  }
}

/** An unsigned LEB128 number of up to 2^53; undefined where it is cut off or larger. */
function readLength(bytes: Uint8Array, offset: number): { value: number; end: number } | undefined {
  let value = 0;
  let scale = 1;
  for (let at = offset; ; at += 1) {
    const byte = bytes[at];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * scale;
    if (!Number.isSafeInteger(value)) return undefined;
    if (byte < 0x80) return { value, end: at + 1 };
    scale *= 0x80;
  }
}

function lengthBytes(value: number): readonly number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return [...bytes, rest];
}
