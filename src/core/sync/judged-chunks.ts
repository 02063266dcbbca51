import type { DocumentFence } from '../fence/fence.ts';
import type { Urgency } from '../fence/job.ts';
import type { Judgement } from '../fence/judge.ts';
import type { StoredChunk, StoredDocument } from '../store/document-store.ts';

export interface JudgedChunks {
  readonly kind: 'judged';
  /** What Automerge opened together, oldest first. */
  readonly good: readonly StoredChunk[];
  /** What it refuses, and what builds on that. */
  readonly refused: readonly StoredChunk[];
  /** Those of them with which something is wrong, and not only with what they build on. */
  readonly culprits: readonly StoredChunk[];
  /** Of the first that is refused. */
  readonly reason: string | undefined;
}

/** Nothing is said of the changes: what was opened before cannot be any more, or it is more than is judged. */
type Unjudged = Exclude<Judgement, { kind: 'judged' }>;

/**
 * Has Automerge judge the changes that it has not opened yet, on top of those it has. Rejects where it was not asked: `Busy`, or
 * `StoreUnavailable`.
 */
export async function judgeChunks(
  { chunks, checkedThrough }: StoredDocument,
  fence: DocumentFence,
  urgency: Urgency,
): Promise<JudgedChunks | Unjudged> {
  const isOld = ({ sequence, hasInterior }: StoredChunk): boolean =>
    hasInterior || sequence <= checkedThrough;
  const base = chunks.filter(isOld);
  const additions = chunks.filter((chunk) => !isOld(chunk));
  const judgement = await fence.judge(bytesOf(base), bytesOf(additions), urgency);
  if (judgement.kind !== 'judged') return judgement;
  const refused = new Map(judgement.refused.map((one) => [additions[one.index], one]));
  return {
    kind: 'judged',
    good: chunks.filter((chunk) => !refused.has(chunk)),
    refused: additions.filter((chunk) => refused.has(chunk)),
    culprits: additions.filter((chunk) => refused.get(chunk)?.isFollowing === false),
    reason: judgement.refused[0]?.reason,
  };
}

export function bytesOf(chunks: readonly StoredChunk[]): readonly Uint8Array[] {
  return chunks.map(({ bytes }) => bytes);
}
