import { Failure } from '../failure.ts';
import { loadAutomerge } from '../automerge.ts';
import { snapshotHeads, whyNotChunks } from './chunk-format.ts';
import type { DocumentId } from './document-id.ts';
import type { Addition, DocumentStore } from './document-store.ts';
import { readStockChunks, stockDocuments, type StockChunk } from './stock-layout.ts';

/** A document that was not taken over. */
export interface ImportProblem {
  readonly document: DocumentId;
  /** The rest of a sentence. */
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
 * Copies every document in the stock layout below `directory` into `store`, each once and whole, checked
 * against its names and loaded by Automerge. Documents already in the store are left as they are, so a
 * killed import is taken up by running it again. The originals are only read. A document that is damaged
 * is reported; a store that fails ends the import, and so does `signal`.
 */
export async function importStockDocuments(
  directory: string,
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
  for (const document of stockDocuments(directory)) {
    signal.throwIfAborted();
    if (await store.facts(document.id)) {
      alreadyStored += 1;
      continue;
    }
    try {
      const addition = await check(await readStockChunks(document));
      batch.push({ id: document.id, addition });
      waitingBytes += addition.chunks.reduce((sum, { length }) => sum + length, 0);
    } catch (error) {
      problems.push({ document: document.id, reason: whyDamaged(error) });
    }
    if (waitingBytes >= batchBytes || batch.length >= batchDocuments) await commit();
  }
  await commit();
  return { imported, alreadyStored, problems };
}

/** The chunks of one document with the heads that Automerge finds in them. */
async function check(chunks: readonly StockChunk[]): Promise<Addition> {
  if (chunks.length === 0) throw new Failure('StoreDamaged', 'it has no chunks');
  for (const chunk of chunks) {
    const problem = whyNotChunks(chunk.bytes) ?? whyNotNamedFor(chunk);
    if (problem) throw new Failure('StoreDamaged', `${chunk.kind}/${chunk.hash}: ${problem}`);
  }
  const automerge = await loadAutomerge();
  const document = automerge.load(Buffer.concat(chunks.map(({ bytes }) => bytes)));
  try {
    const heads = automerge.getHeads(document);
    if (heads.length === 0) throw new Failure('StoreDamaged', 'it is empty: no change is in it');
    return { chunks: chunks.map(({ bytes }) => bytes), heads };
  } finally {
    automerge.free(document);
  }
}

/** The stock adapter names an incremental by its bytes and a snapshot by its heads, as text in order. */
function whyNotNamedFor({ kind, hash, bytes }: StockChunk): string | undefined {
  const named = kind === 'incremental' ? bytes : snapshotHeads(bytes)?.join('');
  if (named === undefined) return 'it is no document';
  const actual = new Bun.CryptoHasher('sha256').update(named).digest('hex');
  return actual === hash ? undefined : 'its name does not match its content';
}

function whyDamaged(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, reasonLimit);
}
