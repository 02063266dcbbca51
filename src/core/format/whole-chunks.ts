import { checkedHash } from './chunk-hash.ts';
import { compressedChangeType, documentType, readChunk, readChunks, type Chunk } from './chunk.ts';
import { snapshotHeads } from './document-header.ts';
import { inflate } from './inflate.ts';

/** A whole inflated change has to fit. */
const inflatedLimitBytes = 256 * 2 ** 20;

/**
 * Why `bytes` are not Automerge chunks, one after the other, each whole and with the checksum of its
 * content; the rest of a sentence, or undefined where they are. What the content means is not looked at.
 */
export function whyNotChunks(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return 'it has no bytes';
  for (let offset = 0; offset < bytes.length;) {
    const chunk = readChunk(bytes, offset);
    if (chunk === undefined) return `it is cut off or no Automerge chunk at byte ${offset}`;
    if (hashOf(chunk) === undefined) return `its checksum does not match its content at byte ${offset}`;
    offset += chunk.bytes.length;
  }
  return undefined;
}

/** The hash of the change at the start of `bytes`, as heads and dependencies name it; undefined where it is none. */
export function changeHash(bytes: Uint8Array): string | undefined {
  const chunk = readChunk(bytes, 0);
  return chunk === undefined || chunk.type === documentType ? undefined : hashOf(chunk);
}

/**
 * The newest changes that `bytes` name, by their hashes: the heads of each document and each change itself. Whether a
 * document has the heads that it says, only Automerge finds out. Undefined where there are none, or where they are not whole chunks.
 */
export function newestHashes(bytes: Uint8Array): readonly string[] | undefined {
  const newest = (readChunks(bytes) ?? []).map((chunk) => {
    const hash = hashOf(chunk);
    if (hash === undefined) return [];
    return chunk.type === documentType ? (snapshotHeads(chunk.bytes) ?? []) : [hash];
  });
  const isWhole = newest.length > 0 && newest.every(({ length }) => length > 0);
  return isWhole ? newest.flat() : undefined;
}

function hashOf(chunk: Chunk): string | undefined {
  if (chunk.type !== compressedChangeType) return checkedHash(chunk, chunk.body);
  const content = inflate(chunk.body, inflatedLimitBytes);
  return content && checkedHash(chunk, content);
}
