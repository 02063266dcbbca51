import type { DocumentId } from '../store/document-id.ts';
import type { DurableHost } from './durable-host.ts';
import { bytesOf } from './judged-chunks.ts';

/** The part of the chunks that a compaction leaves as they are: who is a little behind is served without Automerge. */
const keptPart = 1 / 4;

/**
 * Has Automerge make one chunk of all but the newest that are stored. How many loose ones are left; undefined where
 * Automerge cannot, and everything stays.
 */
export async function compactStored(
  id: DocumentId,
  { store, fence, limits }: DurableHost,
): Promise<number | undefined> {
  const kept = Math.max(1, Math.floor(limits.chunksBeforeCompaction * keptPart));
  const stored = await store.load(id);
  if (stored && stored.damaged.length > 0) return 0; // Nothing takes the place of what is damaged.
  const old = stored?.chunks.slice(0, -kept) ?? [];
  const throughSequence = old.at(-1)?.sequence;
  if (throughSequence === undefined) return 0;
  const made = await fence.compact(bytesOf(old));
  if (made.kind === 'refused') return undefined;
  const { snapshot, interior } = made;
  await store.compact(id, { snapshot, interior, throughSequence });
  return kept;
}
