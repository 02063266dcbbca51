import type { Fence } from '../fence/fence.ts';
import type { DocumentId } from './document-id.ts';
import type { Heads } from './document-store.ts';
import { stockChunkLimitBytes } from './stock-chunk.ts';

/** A document in one chunk, as Automerge has opened it; or why not, a sentence. */
export type OpenedSource =
  | {
      readonly kind: 'opened';
      readonly snapshot: Uint8Array;
      readonly heads: Heads;
      /** The hashes of its changes, 32 bytes each. */
      readonly interior: Uint8Array;
    }
  | DamagedSource;

interface DamagedSource {
  readonly kind: 'damaged';
  readonly reason: string;
}

export type ReadSource = { readonly kind: 'read'; readonly chunks: readonly Uint8Array[] } | DamagedSource;

export interface SourceOptions {
  /** The chunks of one document, checked; throws a sentence where one is damaged. */
  read(id: DocumentId): AsyncIterable<Uint8Array>;
  readonly fence: Pick<Fence, 'compact'>;
}

const reasonLimit = 300;

/** One document that lies elsewhere, opened by Automerge behind the fence. */
export async function openSource(id: DocumentId, { read, fence }: SourceOptions): Promise<OpenedSource> {
  const found = await readSource(id, read);
  return found.kind === 'damaged' ? found : openChunks(found.chunks, fence);
}

/** Its chunks, of which none has been opened. */
export async function readSource(id: DocumentId, read: SourceOptions['read']): Promise<ReadSource> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of read(id)) {
      sizeBytes += chunk.length;
      if (sizeBytes > stockChunkLimitBytes) return damaged('Its chunks are too large in sum.');
      chunks.push(chunk);
    }
  } catch (error) {
    return damaged(error instanceof Error ? error.message : String(error));
  }
  return chunks.length === 0 ? damaged('It has no chunks.') : { kind: 'read', chunks };
}

export async function openChunks(
  chunks: readonly Uint8Array[],
  fence: SourceOptions['fence'],
): Promise<OpenedSource> {
  const made = await fence.compact(chunks);
  if (made.kind === 'refused') return damaged(`Automerge cannot open it: ${made.reason}`);
  if (made.heads.length === 0) return damaged('It is empty: no change is in it.');
  return { kind: 'opened', snapshot: made.snapshot, heads: made.heads, interior: made.interior };
}

function damaged(reason: string): DamagedSource {
  return { kind: 'damaged', reason: reason.slice(0, reasonLimit) };
}
