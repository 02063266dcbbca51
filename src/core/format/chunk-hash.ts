import { changeType, checksumOffset, compressedChangeType, typeOffset, type Chunk } from './chunk.ts';

const hashBytes = 32;
const lastHash = new Uint8Array(hashBytes);
const longestHead = 10;

/**
 * The hash of a chunk as heads and dependencies name it (lower-case hex); undefined where the chunk does not
 * begin with its checksum. `content` is the body, inflated: a compressed change has the hash of what it holds.
 */
export function checkedHash(chunk: Chunk, content: Uint8Array): string | undefined {
  Bun.SHA256.hash(hashedBytes(chunk, content), lastHash);
  for (let index = 0; index < typeOffset - checksumOffset; index += 1) {
    if (chunk.bytes[checksumOffset + index] !== lastHash[index]) return undefined;
  }
  return lastHash.toHex();
}

/** Type, length and content; all but in a compressed change they lie one after the other in the chunk. */
function hashedBytes(chunk: Chunk, content: Uint8Array): Uint8Array {
  if (chunk.type !== compressedChangeType) return chunk.bytes.subarray(typeOffset);
  const bytes = new Uint8Array(longestHead + content.length);
  bytes[0] = changeType;
  let at = 1;
  let rest = content.length;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) {
    bytes[at] = (rest % 0x80) | 0x80;
    at += 1;
  }
  bytes[at] = rest;
  bytes.set(content, at + 1);
  return bytes.subarray(0, at + 1 + content.length);
}
