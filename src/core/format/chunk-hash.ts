import { ByteWriter } from './byte-writer.ts';
import { changeType, checksumOffset, compressedChangeType, typeOffset, type Chunk } from './chunk.ts';

const hashBytes = 32;
const lastHash = new Uint8Array(hashBytes);
const longestHead = 10;

/**
 * The hash of a chunk as heads and dependencies name it (lower-case hex); undefined where the chunk does not
 * begin with its checksum. `content` is the body, inflated: a compressed change has the hash of what it holds.
 */
export function checkedHash(chunk: Chunk, content: Uint8Array): string | undefined {
  // All but in a compressed change, what is hashed lies one after the other in the chunk.
  if (chunk.type !== compressedChangeType) Bun.SHA256.hash(chunk.bytes.subarray(typeOffset), lastHash);
  else new Bun.SHA256().update(changeHead(content.length)).update(content).digest(lastHash);
  for (let index = 0; index < typeOffset - checksumOffset; index += 1) {
    if (chunk.bytes[checksumOffset + index] !== lastHash[index]) return undefined;
  }
  return lastHash.toHex();
}

/** What stands before the content of a change of this length, were it not compressed. */
function changeHead(length: number): Uint8Array {
  const head = new ByteWriter(longestHead);
  head.byte(changeType);
  head.unsigned(length);
  return head.finish();
}
