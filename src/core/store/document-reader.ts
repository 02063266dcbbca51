import { whyNotChunks } from '../format/whole-chunks.ts';
import { chunkId, documentRange, type ChunkRow } from './chunk-table.ts';
import type { DocumentId } from './document-id.ts';
import type { DamagedChunk, StoredChunk, StoredDocument } from './document-store.ts';
import { checkPending, type DocumentRow } from './document-table.ts';
import type { DocumentTables } from './document-tables.ts';
import { errorCode } from './error-code.ts';
import { decodeHeads } from './heads.ts';
import type { NamespaceSummary } from './namespace-reader.ts';

/** What is stored of a document, each chunk checked; undefined where there is none of it. */
export function readDocument(tables: DocumentTables, id: DocumentId): StoredDocument | undefined {
  const row = tables.tail.find(id);
  if (row === undefined || row.chunk_count === 0) return undefined;
  const chunks: StoredChunk[] = [];
  const damaged: DamagedChunk[] = [];
  const read = [...readChunks(tables, row), ...tables.tail.chunks(id)];
  for (const chunk of read) {
    if ('reason' in chunk) {
      damaged.push(chunk);
      continue;
    }
    const { id: sequence, bytes, has_interior } = chunk;
    const reason = whyNotChunks(bytes);
    if (reason === undefined) chunks.push({ sequence, bytes, hasInterior: has_interior === 1 });
    else damaged.push({ sequence, reason });
  }
  const gone = row.chunk_count - read.length;
  if (gone !== 0) damaged.push({ sequence: undefined, reason: describeGone(row.chunk_count, read.length) });
  const checkedThrough = chunkId(row.number, row.checked_through);
  return { heads: decodeHeads(row.heads), chunks, damaged, checkedThrough };
}

/** Where the database itself is broken at a chunk, the others are read one by one. */
function readChunks(
  { chunks }: DocumentTables,
  { number }: DocumentRow,
): readonly (ChunkRow | DamagedChunk)[] {
  try {
    return chunks.range(documentRange(number));
  } catch (error) {
    if (!isCorruption(error)) throw error;
  }
  return chunks.ids(documentRange(number)).flatMap((sequence) => {
    try {
      return chunks.find(sequence) ?? [];
    } catch (error) {
      if (!isCorruption(error)) throw error;
      return { sequence, reason: 'the database is broken where it lies' };
    }
  });
}

function isCorruption(error: unknown): boolean {
  return errorCode(error)?.startsWith('SQLITE_CORRUPT') ?? false;
}

function describeGone(stored: number, found: number): string {
  return `${stored} chunks were stored and ${found} are there`;
}

/** Documents that wait to be opened by Automerge, the most urgent first. */
export function pendingDocuments({ documents, tail }: DocumentTables, limit: number): readonly DocumentId[] {
  const inTail = tail.rows();
  const hidden = new Set(inTail.map(({ id }) => id));
  const rows = documents.pending(limit + inTail.length).filter(({ id }) => !hidden.has(id));
  return [...rows, ...inTail]
    .filter((row) => row.check_pending > checkPending.nothing)
    .toSorted((one, next) => next.check_pending - one.check_pending)
    .slice(0, limit)
    .map(({ id }) => id);
}

/** All documents together: those of the table, and what the tail adds to some of them. */
export function summarise({ documents, tail }: DocumentTables): NamespaceSummary {
  const stored = documents.summary();
  let { sizeBytes } = stored;
  let changedAt = stored.changedAt ?? 0;
  for (const { id, size_bytes, changed_at } of tail.rows()) {
    sizeBytes += size_bytes - (documents.find(id)?.size_bytes ?? 0);
    changedAt = Math.max(changedAt, changed_at);
  }
  return { ...stored, sizeBytes, changedAt: changedAt || undefined };
}
