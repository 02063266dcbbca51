import { Failure } from '../../failure.ts';
import type { DocumentId } from '../document-id.ts';
import type { Compaction, Heads } from '../document-store.ts';
import { decodeHeads, sameHeads } from '../heads.ts';
import { chunkKey, describeChunk, nameSnapshot } from './chunk-file.ts';
import type { IndexedChunk } from './chunk-index.ts';
import { readChunks } from './document-reading.ts';
import { splitByPresence, type NamespaceIndex } from './namespace-index.ts';
import { PlacedFile, type StoreGround } from './placed-file.ts';
import type { Write } from './write-rounds.ts';

type CheckedCompaction = Compaction & { readonly heads: Heads };

/** Puts a snapshot in the place of what it covers, which is removed when the snapshot is on disk, and never before. */
export function compact(
  ground: StoreGround,
  index: NamespaceIndex,
  id: DocumentId,
  compaction: CheckedCompaction,
): Write<void> {
  const chunk = nameSnapshot(compaction.snapshot);
  const file = new PlacedFile(ground, id, chunk);
  let replaced: readonly IndexedChunk[] = [];
  return {
    stage: () => file.stage(compaction.snapshot),
    place: () => file.place(),
    record() {
      refuseCompaction({ ...ground, index }, id, compaction);
      file.record();
      replaced = replace(index, id, compaction).filter((old) => chunkKey(old) !== chunkKey(chunk));
    },
    finish() {
      file.finish();
      // What cannot be removed holds nothing that the snapshot lacks; it is found, and compacted again.
      for (const old of replaced) ground.files.remove(ground.folders.path(id, old));
    },
    undo: () => file.undo(),
  };
}

/** Asked only when what was written before has been recorded. */
function refuseCompaction(
  ground: Pick<StoreGround, 'folders'> & { readonly index: NamespaceIndex },
  id: DocumentId,
  { heads, throughSequence }: CheckedCompaction,
): void {
  const { index, folders } = ground;
  const row = index.require(id, [throughSequence]);
  const chunks = index.chunks.all(id);
  if (splitByPresence(chunks, folders.list(id)).gone.length > 0) {
    throw new Failure('StoreDamaged', `${id} lacks a chunk that was stored; nothing was replaced.`);
  }
  const coversAll = chunks.every(({ sequence }) => sequence <= throughSequence);
  if (coversAll && !sameHeads(heads, decodeHeads(row.heads))) {
    throw new Failure('Internal', `A snapshot of ${id} lacks heads that are stored; nothing was replaced.`);
  }
}

/** What is damaged must not be covered up by a snapshot that lacks it. */
export function refuseDamaged(
  ground: Pick<StoreGround, 'folders'> & { readonly index: NamespaceIndex },
  id: DocumentId,
  throughSequence: number,
): void {
  const isDamaged = readChunks(ground, id).some(
    ({ chunk, content }) => chunk.sequence <= throughSequence && content.kind !== 'intact',
  );
  if (!isDamaged) return;
  throw new Failure('StoreDamaged', `Chunks of ${id} are damaged; no snapshot may take their place.`);
}

function replace(
  index: NamespaceIndex,
  id: DocumentId,
  { snapshot, interior, throughSequence }: CheckedCompaction,
): readonly IndexedChunk[] {
  const row = index.require(id, [throughSequence]);
  const key = chunkKey(nameSnapshot(snapshot));
  const replaced = index.chunks
    .all(id)
    .filter((old) => old.sequence <= throughSequence || chunkKey(old) === key);
  for (const { sequence } of replaced) index.chunks.remove(id, sequence);
  const placed = { ...nameSnapshot(snapshot), ...describeChunk(snapshot), sequence: throughSequence };
  index.chunks.insert(id, placed);
  index.chunks.know(id, throughSequence, interior);
  index.put({ ...row, checked_through: Math.max(row.checked_through, throughSequence) });
  return replaced;
}
