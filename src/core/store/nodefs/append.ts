import type { DocumentId } from '../document-id.ts';
import type { Addition } from '../document-store.ts';
import { nameIncremental } from './chunk-file.ts';
import type { NamespaceIndex } from './namespace-index.ts';
import { PlacedFile, type StoreGround } from './placed-file.ts';
import type { Write } from './write-rounds.ts';

/** Every chunk that comes is an incremental, a whole document too: its heads are a claim, its bytes are not. */
export function append(
  ground: StoreGround,
  index: NamespaceIndex,
  id: DocumentId,
  { chunks, heads, changedAt }: Addition,
): Write<readonly number[]> {
  const arrivals = chunks.map((bytes) => ({ chunk: nameIncremental(bytes), bytes }));
  const files = arrivals.map(({ chunk, bytes }) => ({ file: new PlacedFile(ground, id, chunk), bytes }));
  return {
    async stage() {
      for (const { file, bytes } of files) await file.stage(bytes);
    },
    place: () => files.flatMap(({ file }) => file.place()),
    record() {
      for (const { file } of files) file.record();
      return index.add(id, arrivals, { heads, changedAt });
    },
    finish: () => files.forEach(({ file }) => file.finish()),
    undo: () => files.forEach(({ file }) => file.undo()),
  };
}
