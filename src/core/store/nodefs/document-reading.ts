import type { DocumentId } from '../document-id.ts';
import type { DamagedChunk, StoredChunk, StoredDocument } from '../document-store.ts';
import { decodeHeads } from '../heads.ts';
import { describeChunk, readChunkFile } from './chunk-file.ts';
import type { IndexedChunk } from './chunk-index.ts';
import type { DocumentFolders } from './document-folders.ts';
import type { NamespaceIndex } from './namespace-index.ts';

interface Ground {
  readonly folders: DocumentFolders;
  readonly index: NamespaceIndex;
}

interface ReadIndexedChunk {
  readonly chunk: IndexedChunk;
  readonly content: ReturnType<typeof readChunkFile>;
}

/** What is stored of a document, each file checked; undefined where there is none of it. */
export function readDocument(ground: Ground, id: DocumentId): StoredDocument | undefined {
  const { index } = ground;
  const read = readChunks(ground, id);
  if (read.length === 0) return undefined;
  const chunks: StoredChunk[] = [];
  const damaged: DamagedChunk[] = [];
  let gone = 0;
  for (const { chunk, content } of read) {
    const { sequence } = chunk;
    if (content.kind === 'gone') gone += 1;
    if (content.kind === 'damaged') damaged.push({ sequence, reason: content.reason });
    if (content.kind !== 'intact') continue;
    const { bytes } = content;
    const isOther = noticeOthers(index, id, { chunk, bytes });
    chunks.push({ sequence, bytes, hasInterior: chunk.has_interior === 1 && !isOther });
  }
  if (gone > 0) {
    const reason = `${read.length} chunks were stored and ${read.length - gone} are there`;
    damaged.push({ sequence: undefined, reason });
  }
  const row = index.documents.find(id);
  const heads = decodeHeads(row?.heads ?? new Uint8Array());
  return { heads, chunks, damaged, checkedThrough: row?.checked_through ?? -1 };
}

/** What the chunks of a document are on disk now, each read and checked. */
export function readChunks({ folders, index }: Ground, id: DocumentId): readonly ReadIndexedChunk[] {
  return index.chunks.all(id).map((chunk) => ({
    chunk,
    content: readChunkFile(folders.path(id, chunk), chunk),
  }));
}

/**
 * Whether these are other bytes than those that were opened: a snapshot is named by its heads, and may be written anew.
 * The index then knows that nobody has opened them.
 */
function noticeOthers(
  index: NamespaceIndex,
  id: DocumentId,
  { chunk, bytes }: { readonly chunk: IndexedChunk; readonly bytes: Uint8Array },
): boolean {
  if (chunk.kind === 'incremental' && chunk.digest === chunk.name) return false;
  const described = describeChunk(bytes);
  if (described.digest === chunk.digest) return false;
  const row = index.require(id, [chunk.sequence]);
  index.transact(() => {
    index.chunks.replace(id, { ...described, sequence: chunk.sequence });
    index.put({ ...row, checked_through: Math.min(row.checked_through, chunk.sequence - 1) });
  });
  return true;
}
