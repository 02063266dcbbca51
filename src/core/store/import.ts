import { Failure } from '../failure.ts';
import { hasAutomergeStopped, loadAutomerge } from '../automerge.ts';
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

type Checked = { readonly id: DocumentId; readonly addition: Addition };

/** So many bytes are read before they are committed together. */
const batchBytes = 16 * 2 ** 20;
const batchDocuments = 256;
const reasonLimit = 300;

/**
 * Copies every document in the stock layout below `base` into `store`, each once and whole, checked
 * against its names and loaded by Automerge. Documents already in the store are left as they are, so a
 * killed import is taken up by running it again. The originals are only read. A document that is damaged
 * is reported; a store or an Automerge that fails ends the import, and so does `signal`.
 */
export async function importStockDocuments(
  base: string,
  store: DocumentStore,
  signal: AbortSignal,
): Promise<ImportReport> {
  const problems: ImportProblem[] = [];
  let imported = 0;
  let alreadyStored = 0;
  let batch: Checked[] = [];
  let waitingBytes = 0;
  const commit = async (): Promise<void> => {
    await Promise.all(batch.map(({ id, addition }) => store.append(id, addition)));
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
    try {
      const addition = await check(base, id);
      batch.push({ id, addition });
      waitingBytes += addition.chunks.reduce((sum, { length }) => sum + length, 0);
    } catch (error) {
      // Every document would be reported damaged from here on, and the namespace marked as imported.
      if (hasAutomergeStopped()) throw stopped(id, error);
      problems.push({ document: id, reason: whyDamaged(error) });
    }
    if (waitingBytes >= batchBytes || batch.length >= batchDocuments) await commit();
  }
  await commit();
  return { imported, alreadyStored, problems };
}

/** The chunks of one document, with the heads that Automerge finds in them. */
async function check(base: string, id: DocumentId): Promise<Addition> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for (const path of await listStockChunks(base, id)) {
    const chunk = await readStockChunk(path);
    sizeBytes += chunk.length;
    if (sizeBytes > stockChunkLimitBytes)
      throw new Failure('StoreDamaged', 'Its chunks are too large in sum.');
    chunks.push(chunk);
  }
  if (chunks.length === 0) throw new Failure('StoreDamaged', 'It has no chunks.');
  const automerge = await loadAutomerge();
  const document = automerge.load(Buffer.concat(chunks));
  try {
    const heads = automerge.getHeads(document);
    if (heads.length === 0) throw new Failure('StoreDamaged', 'It is empty: no change is in it.');
    return { chunks, heads };
  } finally {
    automerge.free(document);
  }
}

function stopped(id: DocumentId, cause: unknown): Failure {
  return new Failure(
    'StoreDamaged',
    `Automerge stopped at the document ${id}, and nothing more was imported. Move its folder out of the data directory and start again.`,
    { cause },
  );
}

function whyDamaged(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, reasonLimit);
}
