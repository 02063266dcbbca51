import type { DocumentId } from './document-id.ts';
import type { Addition, DocumentStore } from './document-store.ts';

/** What is to be done with one document that comes from elsewhere. */
export type ImportStep =
  /** It is added: as a whole where there was none, or what came beside what is there. */
  | {
      readonly kind: 'new' | 'merged';
      readonly id: DocumentId;
      /** One chunk: the document as Automerge has opened it. */
      readonly addition: Addition;
      /** The hashes of the changes in that chunk, 32 bytes each; undefined where Automerge did not open all of the document. */
      readonly interior: Uint8Array | undefined;
    }
  /** All of it is there. */
  | { readonly kind: 'known'; readonly id: DocumentId }
  | { readonly kind: 'damaged'; readonly id: DocumentId; readonly reason: string };

type AddingStore = Pick<DocumentStore, 'append' | 'vouch'>;
type Adding = Extract<ImportStep, { readonly addition: Addition }>;

export interface CarryOutOptions {
  /** Where documents are added; undefined where nothing is to be written. */
  readonly store: AddingStore | undefined;
  readonly signal: AbortSignal;
  /** Looks, and writes nothing. */
  decide(id: DocumentId): Promise<ImportStep>;
  /** Hears of each document when what was to be done is on disk. */
  told(step: ImportStep): void;
}

/** What waits to be committed together: no more than takes some seconds, for a kill loses it. */
const batchBytes = 4 * 2 ** 20;
const batchDocuments = 32;

/**
 * Decides and does, one document after the other; those of a batch are committed together. Ends between two when `signal` says so;
 * whatever ends it, what was decided is done, so that running it again goes on from there.
 */
export async function carryOut(ids: readonly DocumentId[], options: CarryOutOptions): Promise<void> {
  const { store, signal, decide, told } = options;
  let batch: Adding[] = [];
  let waitingBytes = 0;
  const commit = async (): Promise<void> => {
    const full = batch;
    batch = [];
    waitingBytes = 0;
    if (store) await addAll(store, full);
    full.forEach(told);
  };
  try {
    for (const id of ids) {
      signal.throwIfAborted();
      const step = await decide(id);
      if (step.kind === 'known' || step.kind === 'damaged') {
        told(step);
        continue;
      }
      batch.push(step);
      waitingBytes += step.addition.chunks.reduce((sum, { length }) => sum + length, 0);
      if (waitingBytes >= batchBytes || batch.length >= batchDocuments) await commit();
    }
  } finally {
    await commit();
  }
}

/** Waits for all of them, so that whoever hears of a failure may close the store. */
async function addAll(store: AddingStore, batch: readonly Adding[]): Promise<void> {
  const results = await Promise.allSettled(batch.map((step) => add(store, step)));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

async function add(store: AddingStore, { id, addition, interior }: Adding): Promise<void> {
  const [sequence = 0] = await store.append(id, addition);
  if (interior === undefined) return;
  await store.vouch(id, { interiors: new Map([[sequence, interior]]), throughSequence: sequence });
}
