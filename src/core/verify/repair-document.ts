import type { Fence } from '../fence/fence.ts';
import type { Namespace } from '../lexicon/namespace.ts';
import type { DocumentId } from '../store/document-id.ts';
import type { DocumentStore } from '../store/document-store.ts';
import type { LaidChunk, LaidDocument } from '../store/laid-document.ts';
import { isDamaged, type DocumentReport } from './document-report.ts';
import { examineDocument } from './examine-document.ts';

export type RepairStore = Pick<DocumentStore, 'load' | 'facts' | 'interior' | 'setAside' | 'vouch'>;

/** What was done to a document. */
export interface RepairedDocument {
  readonly namespace: Namespace;
  readonly id: DocumentId;
  /** Chunks that are in quarantine now. */
  readonly quarantined: number;
  /** As it was before. */
  readonly report: DocumentReport;
  /** Why it is still not whole, a sentence; undefined where what is left of it is sound. */
  readonly problem: string | undefined;
}

/**
 * Takes what is damaged out of a document and has what is left recorded; undefined where nothing is wrong with it.
 * Changes that wait for what is lost stay: a device that has it brings it back, and they join.
 */
export async function repairDocument(
  namespace: Namespace,
  id: DocumentId,
  {
    store,
    fence,
  }: { readonly store: RepairStore; readonly fence: Pick<Fence, 'open' | 'compact' | 'judge'> },
): Promise<RepairedDocument | undefined> {
  const laid = await layStored(store, id);
  if (laid === undefined) return undefined;
  const report = await examineDocument(namespace, laid, fence);
  if (!isDamaged(report)) return undefined;
  const { aside, heads } = report.cure;
  const sequences = sequencesOf(aside);
  const reason = report.findings.find(({ isSound }) => !isSound)?.problem ?? report.problems.join(' ');
  await store.setAside(id, { sequences, reason, heads });
  await correctInteriors(store, report);
  const after = await layStored(store, id);
  const left = after && (await examineDocument(namespace, after, fence));
  const problem = left && isDamaged(left) ? left.problems[0] : undefined;
  return { namespace, id, quarantined: sequences.length, report, problem };
}

async function correctInteriors(store: RepairStore, { id, findings, cure }: DocumentReport): Promise<void> {
  for (const sequence of sequencesOf(findings.filter(({ isSound }) => isSound).map(({ chunk }) => chunk))) {
    const interior = cure.interiors.get(sequence);
    if (interior)
      await store.vouch(id, { interiors: new Map([[sequence, interior]]), throughSequence: sequence });
  }
}

async function layStored(store: RepairStore, id: DocumentId): Promise<LaidDocument | undefined> {
  const [stored, facts] = [await store.load(id), await store.facts(id)];
  if (stored === undefined) return undefined;
  const chunks: LaidChunk[] = [];
  for (const { sequence, bytes, hasInterior } of stored.chunks) {
    const interior = hasInterior ? await store.interior(id, sequence) : undefined;
    chunks.push({ sequence, bytes, problem: undefined, interior });
  }
  for (const { sequence, reason } of stored.damaged) {
    if (sequence !== undefined) chunks.push({ sequence, bytes: undefined, problem: reason });
  }
  const { chunkCount = chunks.length, sizeBytes = 0 } = facts ?? {};
  return { id, chunks, record: { heads: stored.heads, chunkCount, sizeBytes } };
}

function sequencesOf(chunks: readonly LaidChunk[]): readonly number[] {
  return chunks.flatMap(({ sequence }) => sequence ?? []);
}
