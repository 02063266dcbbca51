import type { Fence } from '../fence/fence.ts';
import type { DocumentId } from './document-id.ts';
import type { DocumentStore } from './document-store.ts';
import { carryOut } from './import-steps.ts';
import { openSource } from './open-source.ts';
import { readStockChunk } from './stock-chunk.ts';
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

export interface ImportOptions {
  readonly store: DocumentStore;
  readonly fence: Pick<Fence, 'compact'>;
  readonly signal: AbortSignal;
}

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
  await carryOut(await listStockDocuments(base), {
    store,
    signal,
    async decide(id) {
      if (await store.facts(id)) return { kind: 'known', id };
      const opened = await openSource(id, { read: (wanted) => readChunks(base, wanted), fence });
      if (opened.kind === 'damaged') return { kind: 'damaged', id, reason: opened.reason };
      const { snapshot, heads, interior } = opened;
      return { kind: 'new', id, addition: { chunks: [snapshot], heads }, interior };
    },
    told(step) {
      if (step.kind === 'damaged') problems.push({ document: step.id, reason: step.reason });
      else if (step.kind === 'known') alreadyStored += 1;
      else imported += 1;
    },
  });
  return { imported, alreadyStored, problems };
}

async function* readChunks(base: string, id: DocumentId): AsyncGenerator<Uint8Array> {
  for (const path of await listStockChunks(base, id)) yield await readStockChunk(path);
}
