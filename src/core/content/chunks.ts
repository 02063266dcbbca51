import { readChange } from '../format/change.ts';
import { checkedHash } from '../format/chunk-hash.ts';
import { changeType, compressedChangeType, documentType, readChunk, type Chunk } from '../format/chunk.ts';
import type { Budget } from '../format/cost.ts';
import { readDocument } from '../format/document.ts';

/** A piece of what is stored, as its own bytes describe it. */
export interface DescribedChunk {
  readonly kind: 'snapshot' | 'change' | 'compressed change' | 'unknown';
  readonly sizeBytes: number;
  /** Of its content, where the checksum in front of it is that of this hash. */
  readonly hash: string | undefined;
  /** Whether the checksum holds and what it says of itself can be read. */
  readonly isWhole: boolean;
  /** Inside; undefined where that cannot be read. */
  readonly changeCount: number | undefined;
}

const kinds = {
  [documentType]: 'snapshot',
  [changeType]: 'change',
  [compressedChangeType]: 'compressed change',
} as const;

/** The owner looks at what is stored already: no limit but that of memory. */
const budget: Budget = { inflatedBytes: 2 ** 31, operations: 2 ** 31 };

/** The chunks that lie in `bytes` one after the other; from where that is no more the case, the rest as one that is unknown. */
export function describeChunks(bytes: Uint8Array): readonly DescribedChunk[] {
  const described: DescribedChunk[] = [];
  for (let offset = 0; offset < bytes.length || described.length === 0;) {
    const chunk = readChunk(bytes, offset);
    if (chunk === undefined) return [...described, unknown(bytes.length - offset)];
    described.push(describe(chunk));
    offset += chunk.bytes.length;
  }
  return described;
}

function unknown(sizeBytes: number): DescribedChunk {
  return { kind: 'unknown', sizeBytes, hash: undefined, isWhole: false, changeCount: undefined };
}

function describe(chunk: Chunk): DescribedChunk {
  const [kind, sizeBytes] = [kinds[chunk.type], chunk.bytes.length];
  if (chunk.type === documentType) {
    const document = readDocument(chunk, budget);
    const isWhole = typeof document !== 'string';
    const changeCount = isWhole ? document.changeCount : undefined;
    return { kind, sizeBytes, isWhole, changeCount, hash: checkedHash(chunk, chunk.body) };
  }
  const change = readChange(chunk, budget);
  if (typeof change !== 'string')
    return { kind, sizeBytes, isWhole: true, changeCount: 1, hash: change.hash };
  const hash = chunk.type === changeType ? checkedHash(chunk, chunk.body) : undefined;
  return { kind, sizeBytes, hash, isWhole: false, changeCount: undefined };
}
