import type { Fence } from '../fence/fence.ts';
import type { DocumentId } from './document-id.ts';
import type { Addition, DocumentStore } from './document-store.ts';
import { readStockChunk, stockChunkLimitBytes } from './stock-chunk.ts';
import { listStockChunks, listStockDocuments } from './stock-layout.ts';

/** A document that was not taken over. */
export interface ImportProblem {
  readonly document: DocumentId;
  /** A sentence. */
  readonly reason: string;
}

export interface ImportReport {
  readonly imported: number;
  /** Were in the store before, from an import that did not end. */
  readonly alreadyStored: number;
  readonly problems: readonly ImportProblem[];
}

/** A document in one chunk, as Automerge has opened it. */
type Opened = { readonly id: DocumentId; readonly addition: Addition; readonly interior: Uint8Array };

export interface ImportOptions {
  readonly store: DocumentStore;
  readonly fence: Pick<Fence, 'compact'>;
  readonly signal: AbortSignal;
}

/** So many bytes are read before they are committed together. */
const batchBytes = 16 * 2 ** 20;
const batchDocuments = 256;
const reasonLimit = 300;

/**
 * Copies every document in the stock layout below `base` into `store`, each once and whole, checked
 * against its names and opened by Automerge behind the fence. Documents already in the store are left as they are, so a
 * killed import is taken up by running it again. The originals are only read. A document that is damaged
 * is reported; a store or a fence that fails ends the import, and so does `signal`.
 */
export async function importStockDocuments(
  base: string,
  { store, fence, signal }: ImportOptions,
): Promise<ImportReport> {
  const problems: ImportProblem[] = [];
  let imported = 0;
  let alreadyStored = 0;
  let batch: Opened[] = [];
  let waitingBytes = 0;
  const commit = async (): Promise<void> => {
    await Promise.all(batch.map((opened) => take(store, opened)));
    imported += batch.length;
    batch = [];
    waitingBytes = 0;
  };
  for (const id of await listStockDocuments(base)) {
    signal.throwIfAborted();
    if (await store.facts(id)) {
      alreadyStored += 1;
      continue;
    }
    const read = await readChunks(base, id);
    const opened = typeof read === 'string' ? read : await open(id, read, fence);
    if (typeof opened === 'string') problems.push({ document: id, reason: opened.slice(0, reasonLimit) });
    else {
      batch.push(opened);
      waitingBytes += opened.addition.chunks.reduce((sum, { length }) => sum + length, 0);
    }
    if (waitingBytes >= batchBytes || batch.length >= batchDocuments) await commit();
  }
  await commit();
  return { imported, alreadyStored, problems };
}

/** The chunks of one document; why not, where one is damaged. */
async function readChunks(base: string, id: DocumentId): Promise<readonly Uint8Array[] | string> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  try {
    for (const path of await listStockChunks(base, id)) {
      const chunk = await readStockChunk(path);
      sizeBytes += chunk.length;
      if (sizeBytes > stockChunkLimitBytes) return 'Its chunks are too large in sum.';
      chunks.push(chunk);
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return chunks.length === 0 ? 'It has no chunks.' : chunks;
}

async function open(
  id: DocumentId,
  chunks: readonly Uint8Array[],
  fence: Pick<Fence, 'compact'>,
): Promise<Opened | string> {
  const made = await fence.compact(chunks);
  if (made.kind === 'refused') return `Automerge cannot open it: ${made.reason}`;
  const { snapshot, heads, interior } = made;
  if (heads.length === 0) return 'It is empty: no change is in it.';
  return { id, addition: { chunks: [snapshot], heads }, interior };
}

async function take(store: DocumentStore, { id, addition, interior }: Opened): Promise<void> {
  const [sequence = 0] = await store.append(id, addition);
  await store.vouch(id, { interiors: new Map([[sequence, interior]]), throughSequence: sequence });
}
