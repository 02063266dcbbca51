import type { Fence } from '../fence/fence.ts';
import type { Heads } from '../store/document-store.ts';
import { snapshotHeads } from '../format/document-header.ts';

/** The heads of stored chunks as Automerge finds them, sorted; undefined where it does not open them. */
export async function findHeads(
  fence: Pick<Fence, 'open' | 'compact'>,
  chunks: readonly Uint8Array[],
): Promise<Heads | undefined> {
  const [only, ...others] = chunks;
  if (only === undefined) return undefined;
  const isOneDocument = others.length === 0 && snapshotHeads(only) !== undefined;
  const found = isOneDocument ? await fence.open(only, 'background') : await fence.compact(chunks);
  return found.kind === 'refused' ? undefined : found.heads.toSorted();
}
