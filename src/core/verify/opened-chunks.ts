import { readFacts } from '../fence/chunk-facts.ts';
import type { Fence } from '../fence/fence.ts';
import { unpackHashes } from '../fence/hashes.ts';
import { documentType, readChunks } from '../format/chunk.ts';
import type { LaidChunk, LaidDocument } from '../store/laid-document.ts';
import type { KnownChange } from './closure.ts';

/** What one stored chunk is, looked at by itself. */
export interface OpenedChunk {
  readonly chunk: LaidChunk;
  /** Why it cannot be used; the rest of a sentence. */
  readonly problem: string | undefined;
  /** Hashes of the changes inside its document chunks, and the heads of these. */
  readonly inside: readonly string[];
  readonly heads: readonly string[];
  readonly changes: readonly KnownChange[];
  /** Of one document chunk alone: the hashes inside, as a store keeps them. */
  readonly interior: Uint8Array | undefined;
}

/** Looks at each chunk of a document by itself; document chunks are opened behind the fence. */
export async function openChunks(
  { chunks }: LaidDocument,
  fence: Pick<Fence, 'open'>,
): Promise<readonly OpenedChunk[]> {
  const opened: OpenedChunk[] = [];
  for (const chunk of chunks) opened.push(await openChunk(chunk, fence));
  return opened;
}

async function openChunk(chunk: LaidChunk, fence: Pick<Fence, 'open'>): Promise<OpenedChunk> {
  const { bytes } = chunk;
  if (bytes === undefined || chunk.problem !== undefined) {
    return broken(chunk, chunk.problem ?? 'it cannot be read');
  }
  const facts = readFacts(bytes);
  if (facts === undefined) return broken(chunk, 'what it says of itself cannot be read');
  const changes = facts.filter((fact) => fact.kind === 'change');
  const inside: string[] = [];
  const heads: string[] = [];
  let interior: Uint8Array | undefined;
  for (const part of readChunks(bytes) ?? []) {
    if (part.type !== documentType) continue;
    const made = await fence.open(part.bytes, 'background');
    if (made.kind === 'refused') return broken(chunk, `Automerge does not open it: ${made.reason}`);
    inside.push(...unpackHashes(made.interior));
    heads.push(...made.heads);
    interior = facts.length === 1 ? made.interior : undefined;
  }
  return { chunk, problem: undefined, inside, heads, changes, interior };
}

function broken(chunk: LaidChunk, problem: string): OpenedChunk {
  return { chunk, problem, inside: [], heads: [], changes: [], interior: undefined };
}
