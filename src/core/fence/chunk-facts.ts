import { ByteCursor } from '../format/byte-cursor.ts';
import { checkedHash } from '../format/chunk-hash.ts';
import { compressedChangeType, documentType, readChunks, type Chunk } from '../format/chunk.ts';
import { readDocumentHeader } from '../format/document-header.ts';
import { inflate } from '../format/inflate.ts';
import { toRefusal } from '../format/refusal.ts';

/** What a chunk says of itself, without Automerge. */
export type ChunkFacts =
  | { readonly kind: 'document'; readonly heads: readonly string[] }
  | { readonly kind: 'change'; readonly hash: string; readonly dependencies: readonly string[] };

const hashBytes = 32;
const inflatedLimitBytes = 256 * 2 ** 20;

/** What the chunks say that `bytes` are, one after the other; undefined where one is none. */
export function readFacts(bytes: Uint8Array): readonly ChunkFacts[] | undefined {
  const facts: ChunkFacts[] = [];
  for (const chunk of readChunks(bytes) ?? [undefined]) {
    const fact = chunk && factsOf(chunk);
    if (fact === undefined) return undefined;
    facts.push(fact);
  }
  return facts;
}

function factsOf(chunk: Chunk): ChunkFacts | undefined {
  try {
    if (chunk.type === documentType) {
      return { kind: 'document', heads: readDocumentHeader(new ByteCursor(chunk.body)).heads };
    }
    const isDeflated = chunk.type === compressedChangeType;
    const content = isDeflated ? inflate(chunk.body, inflatedLimitBytes) : chunk.body;
    if (content === undefined) return undefined;
    const hash = checkedHash(chunk, content);
    if (hash === undefined) return undefined;
    return { kind: 'change', hash, dependencies: readDependencies(new ByteCursor(content)) };
  } catch (error) {
    toRefusal(error);
    return undefined;
  }
}

function readDependencies(cursor: ByteCursor): readonly string[] {
  const hashes: string[] = [];
  for (let left = cursor.unsigned(); left > 0; left -= 1) hashes.push(cursor.take(hashBytes).toHex());
  return hashes.toSorted();
}
