import type { DocumentId } from '../document-id.ts';
import type { DocumentFacts, DocumentStore, StoredChunk, StoredDocument } from '../document-store.ts';
import { Failure } from '../../failure.ts';
import { sameHeads } from '../heads.ts';
import type { KeptChunk } from './form.ts';

/** From one store to another that is empty. */
export interface Copying {
  readonly from: DocumentStore;
  readonly to: DocumentStore;
  readonly signal: AbortSignal;
  /** Hears of each batch that is on disk. */
  told(count: number): void;
}

const pageLimit = 128;
const batchBytes = 16 * 2 ** 20;

/**
 * Copies every document with its chunks as they are, in their order, when it was written, and what is known of what is
 * inside; then reads it back and compares. Gives the ids. `StoreDamaged` where one of them is not whole.
 */
export async function copyDocuments({ from, to, signal, told }: Copying): Promise<readonly DocumentFacts[]> {
  const copied: DocumentFacts[] = [];
  for (;;) {
    const page = await from.list({ after: copied.at(-1)?.id, limit: pageLimit });
    if (page.length === 0) return copied;
    for (const batch of batches(page)) {
      signal.throwIfAborted();
      await copyAll(batch, from, to);
      told(batch.length);
    }
    copied.push(...page);
  }
}

/** What is in quarantine; what has no bytes stays where it is. */
export async function* quarantined(from: DocumentStore): AsyncGenerator<KeptChunk> {
  let after: number | undefined;
  for (;;) {
    const page = await from.setAsideChunks({ after, limit: pageLimit });
    for (const chunk of page) {
      const bytes = await from.setAsideBytes(chunk.place);
      if (bytes) yield { chunk, bytes };
    }
    after = page.at(-1)?.place;
    if (after === undefined) return;
  }
}

function batches(page: readonly DocumentFacts[]): readonly (readonly DocumentFacts[])[] {
  const all: DocumentFacts[][] = [];
  let sizeBytes = Infinity;
  for (const facts of page) {
    if (sizeBytes + facts.sizeBytes > batchBytes) {
      all.push([]);
      sizeBytes = 0;
    }
    all.at(-1)?.push(facts);
    sizeBytes += facts.sizeBytes;
  }
  return all;
}

/** Waits for all of them, so that whoever hears of a failure may close the stores. */
async function copyAll(
  batch: readonly DocumentFacts[],
  from: DocumentStore,
  to: DocumentStore,
): Promise<void> {
  const results = await Promise.allSettled(batch.map((facts) => copy(facts, from, to)));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

async function copy({ id, changedAt }: DocumentFacts, from: DocumentStore, to: DocumentStore): Promise<void> {
  const stored = wholeOf(id, await from.load(id));
  const chunks = unique(stored.chunks);
  const sequences = await to.append(id, {
    chunks: chunks.map(({ bytes }) => bytes),
    heads: stored.heads,
    changedAt,
  });
  await vouch(id, { from, to, checkedThrough: stored.checkedThrough, chunks, sequences });
  const again = wholeOf(id, await to.load(id));
  const isSame =
    sameHeads(stored.heads, again.heads) &&
    again.chunks.length === chunks.length &&
    again.chunks.every(
      ({ bytes }, index) => Buffer.compare(bytes, chunks[index]?.bytes ?? bytes.subarray(1)) === 0,
    );
  if (!isSame) throw new Failure('Internal', `${id} was not the same once it was read back.`);
}

interface VouchedCopy extends Pick<Copying, 'from' | 'to'> {
  readonly checkedThrough: number;
  readonly chunks: readonly StoredChunk[];
  readonly sequences: readonly number[];
}

/** What Automerge has found need not be found again. */
async function vouch(
  id: DocumentId,
  { from, to, checkedThrough, chunks, sequences }: VouchedCopy,
): Promise<void> {
  const interiors = new Map<number, Uint8Array>();
  let throughSequence: number | undefined;
  for (const [index, { sequence, hasInterior }] of chunks.entries()) {
    const copied = sequences[index];
    if (copied === undefined || sequence > checkedThrough) break;
    throughSequence = copied;
    const interior = hasInterior ? await from.interior(id, sequence) : undefined;
    if (interior) interiors.set(copied, interior);
  }
  if (throughSequence !== undefined) await to.vouch(id, { interiors, throughSequence });
}

function wholeOf(id: DocumentId, stored: StoredDocument | undefined): StoredDocument {
  const [bad] = stored?.damaged ?? [];
  if (stored && bad === undefined) return stored;
  throw new Failure('StoreDamaged', `${id} is damaged: ${bad?.reason ?? 'it is gone'}.`);
}

/** Files have names made of their bytes, so the same bytes are there once. */
function unique(chunks: readonly StoredChunk[]): readonly StoredChunk[] {
  const seen = new Set<string>();
  return chunks.filter(({ bytes }) => {
    const key = Bun.SHA256.hash(bytes, 'hex');
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}
