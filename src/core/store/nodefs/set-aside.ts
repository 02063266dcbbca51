import { dirname } from 'node:path';
import { Failure } from '../../failure.ts';
import type { DocumentId } from '../document-id.ts';
import type { SettingAside } from '../document-store.ts';
import { encodeHeads } from '../heads.ts';
import { chunkKey } from './chunk-file.ts';
import type { IndexedChunk } from './chunk-index.ts';
import { splitByPresence, type NamespaceIndex } from './namespace-index.ts';
import type { StoreGround } from './placed-file.ts';
import { hashOf, type QuarantineFolder } from './quarantine-folder.ts';
import type { Write } from './write-rounds.ts';

export interface AsideGround extends StoreGround {
  readonly index: NamespaceIndex;
  readonly quarantine: QuarantineFolder;
  readonly now: () => number;
}

interface Move {
  readonly from: string;
  readonly to: string;
}

/** Moves chunks of a document into the quarantine, as the files they are. */
export function setAside(ground: AsideGround, id: DocumentId, aside: SettingAside): Write<void> {
  const { files, quarantine } = ground;
  let moves: readonly Move[] = [];
  const moved: Move[] = [];
  return {
    needsDurableIndex: true,
    async stage() {
      const leaving = refuseSettingAside(ground, id, aside);
      moves = await Promise.all(leaving.map((chunk) => prepareMove(ground, { id, chunk, aside })));
    },
    place() {
      for (const move of moves) {
        moved.push(move);
        files.rename(move.from, move.to);
      }
      return [quarantine.path, ...new Set(moves.map(({ from }) => dirname(from)))];
    },
    record: () => forget(ground, id, aside),
    finish() {},
    undo() {
      for (const { from, to } of moved) {
        try {
          files.rename(to, from);
        } catch {
          // It has not moved; or it is safe where it is, and missing in its document, which says so.
        }
      }
    },
  };
}

async function prepareMove(
  { folders, quarantine, now }: AsideGround,
  {
    id,
    chunk,
    aside,
  }: { readonly id: DocumentId; readonly chunk: IndexedChunk; readonly aside: SettingAside },
): Promise<Move> {
  const from = folders.path(id, chunk);
  const place = await quarantine.note({
    documentId: id,
    reason: aside.reason,
    chunk: chunkKey(chunk),
    setAsideAt: now(),
    sha256: hashOf(from),
  });
  return { from, to: quarantine.chunkPath(place) };
}

/** Why not, as a Failure; else the chunks whose files go. */
function refuseSettingAside(
  { index, folders }: AsideGround,
  id: DocumentId,
  { sequences, heads }: SettingAside,
): readonly IndexedChunk[] {
  index.require(id, sequences);
  const chunks = index.chunks.all(id);
  const { there } = splitByPresence(chunks, folders.list(id));
  const left = there.filter(({ sequence }) => !sequences.includes(sequence));
  if (left.length > 0 && heads.length === 0) {
    throw new Failure('Internal', `${id} would have chunks and no heads; nothing was set aside.`);
  }
  return there.filter(({ sequence }) => sequences.includes(sequence));
}

/** What is gone from the disk is forgotten with it: the owner knows. */
function forget({ index, folders, now }: AsideGround, id: DocumentId, aside: SettingAside): void {
  const { there, gone } = splitByPresence(index.chunks.all(id), folders.list(id));
  const leaving = there.filter(({ sequence }) => aside.sequences.includes(sequence));
  for (const { sequence } of [...gone, ...leaving]) index.chunks.remove(id, sequence);
  const row = index.require(id, aside.sequences);
  index.put({ ...row, heads: encodeHeads(aside.heads), changed_at: now() });
}
