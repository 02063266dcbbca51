import { ByteCursor, CutOffError } from './byte-cursor.ts';

/*
 * The binary format of Automerge: https://automerge.org/automerge-binary-format-spec/
 * A chunk is magic bytes, the first four bytes of its hash, a type, the length of its body, and the body.
 */

/** The kinds of chunks that clients write; Automerge knows more. */
export type ChunkType = 0 | 1 | 2;
export const documentType = 0;
export const changeType = 1;
export const compressedChangeType = 2;

export const checksumOffset = 4;
/** The hash covers all from here on. */
export const typeOffset = 8;
/** The magic bytes, as a big-endian number. */
const magic = 0x856f4a83;

/** One chunk as it came; nothing but its outline has been looked at. */
export interface Chunk {
  readonly type: ChunkType;
  /** The whole of it. */
  readonly bytes: Uint8Array;
  readonly body: Uint8Array;
}

/** The chunks that `bytes` are, one after the other; undefined where one is cut off, or none, or of another type. */
export function readChunks(bytes: Uint8Array): readonly Chunk[] | undefined {
  const chunks: Chunk[] = [];
  for (let offset = 0; offset < bytes.length;) {
    const chunk = readChunk(bytes, offset);
    if (chunk === undefined) return undefined;
    chunks.push(chunk);
    offset += chunk.bytes.length;
  }
  return chunks;
}

/** The chunk that starts at `offset`, without what follows it; undefined where it is cut off or none. */
export function readChunk(bytes: Uint8Array, offset: number): Chunk | undefined {
  try {
    return outline(bytes, offset);
  } catch (error) {
    if (error instanceof CutOffError) return undefined;
    throw error;
  }
}

function outline(bytes: Uint8Array, offset: number): Chunk | undefined {
  const cursor = new ByteCursor(bytes, offset);
  let start = 0;
  for (let left = checksumOffset; left > 0; left -= 1) start = start * 0x100 + cursor.byte();
  if (start !== magic) return undefined;
  cursor.skip(typeOffset - checksumOffset);
  const type = cursor.byte();
  if (type !== documentType && type !== changeType && type !== compressedChangeType) return undefined;
  const body = cursor.take(cursor.unsigned());
  const isAlone = offset === 0 && cursor.isAtEnd;
  return { type, bytes: isAlone ? bytes : bytes.subarray(offset, cursor.position), body };
}
