import type { Fence } from '../../fence/fence.ts';
import { changeHash } from '../../format/whole-chunks.ts';
import type { DocumentId } from '../document-id.ts';
import type { Heads } from '../document-store.ts';
import { decodeHeads, encodeHeads } from '../heads.ts';
import { chunkKey, describeChunk, readChunkFile, type ChunkName } from './chunk-file.ts';
import type { DocumentFolders } from './document-folders.ts';
import { unknownDocument } from './document-index.ts';
import { splitByPresence, type NamespaceIndex } from './namespace-index.ts';

interface Ground {
  readonly folders: DocumentFolders;
  readonly index: NamespaceIndex;
}

/** What looking at changed files takes. */
type StockGround = Ground & { readonly fence: Pick<Fence, 'compact'> };

const hashBytes = 32;

/** What the intact chunks of a document are together. */
interface Opened {
  readonly heads: Heads;
  /** Heads that were recorded and are not among its changes. */
  readonly lost: Heads;
  /** Where a change lies in the history, by its hash. */
  readonly places: ReadonlyMap<string, number>;
}

interface Found {
  readonly chunk: ChunkName;
  readonly bytes: Uint8Array | undefined;
}

/** Whether the files of a document are those the index knows. */
export function isInStep({ folders, index }: Ground, id: DocumentId): boolean {
  const present = folders.list(id);
  const known = index.chunks.all(id);
  return known.length === present.size && known.every((chunk) => present.has(chunkKey(chunk)));
}

/**
 * Brings the index in step with the files of a document that somebody else wrote, or that a crash left ahead of it:
 * new chunks are added behind the known ones, and known ones that are gone are forgotten where all their
 * changes are still there, as after a compaction by automerge-repo. Otherwise they stay known, and are damage.
 */
export async function takeStock(ground: StockGround, id: DocumentId): Promise<void> {
  const { folders, index, fence } = ground;
  const present = folders.list(id);
  const { there, gone } = splitByPresence(index.chunks.all(id), present);
  const known = new Set(there.map(chunkKey));
  const read = (chunk: ChunkName): Found => {
    const content = readChunkFile(folders.path(id, chunk), chunk);
    return { chunk, bytes: content.kind === 'intact' ? content.bytes : undefined };
  };
  const found = [...present.values()].filter((chunk) => !known.has(chunkKey(chunk))).map(read);
  const recorded = decodeHeads(index.documents.find(id)?.heads ?? new Uint8Array());
  const opened = await open(fence, [...there.map(read), ...found], recorded);
  index.transact(() => {
    if (opened?.lost.length === 0) for (const { sequence } of gone) index.chunks.remove(id, sequence);
    addFound(ground, id, inOrder(found, opened));
    const row = index.documents.find(id) ?? unknownDocument(id);
    index.put({ ...row, heads: encodeHeads(headsOf(opened, recorded, found)) });
  });
}

/** What is gone has taken its place in the history with it, so where nothing came the old heads are all that is known. */
function headsOf(opened: Opened | undefined, recorded: Heads, found: readonly Found[]): Heads {
  if (opened === undefined || (opened.lost.length > 0 && found.length === 0)) return recorded;
  return [...opened.heads, ...opened.lost];
}

function addFound({ folders, index }: Ground, id: DocumentId, found: readonly Found[]): void {
  const row = index.documents.find(id) ?? unknownDocument(id);
  let { next_sequence, changed_at } = row;
  for (const { chunk, bytes } of found) {
    const described = bytes
      ? describeChunk(bytes)
      : { size_bytes: folders.sizeBytes(id, chunk), digest: '', is_document: 1 as const };
    index.chunks.insert(id, { ...chunk, ...described, sequence: next_sequence });
    next_sequence += 1;
    changed_at = Math.max(changed_at, folders.changedAt(id, chunk));
  }
  index.documents.put({ ...row, next_sequence, changed_at });
}

/** Whole documents first, then changes as the history has them, damaged ones last. */
function inOrder(found: readonly Found[], opened: Opened | undefined): readonly Found[] {
  const place = ({ bytes }: Found): number => {
    if (bytes === undefined) return Infinity;
    const hash = changeHash(bytes);
    return hash === undefined ? -1 : (opened?.places.get(hash) ?? Number.MAX_SAFE_INTEGER);
  };
  return found
    .map((one) => ({ one, place: place(one) }))
    .toSorted((left, right) => (left.place === right.place ? 0 : left.place - right.place))
    .map(({ one }) => one);
}

/** Undefined where there is nothing, or Automerge refuses it. */
async function open(
  fence: Pick<Fence, 'compact'>,
  found: readonly Found[],
  recorded: Heads,
): Promise<Opened | undefined> {
  const chunks = found.flatMap(({ bytes }) => bytes ?? []);
  if (chunks.length === 0) return undefined;
  const made = await fence.compact(chunks);
  if (made.kind === 'refused') return undefined;
  const places = new Map<string, number>();
  for (let at = 0; at < made.interior.length; at += hashBytes) {
    places.set(made.interior.subarray(at, at + hashBytes).toHex(), places.size);
  }
  return { heads: made.heads, lost: recorded.filter((head) => !places.has(head)), places };
}
