import { Failure } from '../failure.ts';
import { chunkId, documentRange, sequenceLimit } from './chunk-table.ts';
import type { DocumentId } from './document-id.ts';
import type { Compaction, Heads } from './document-store.ts';
import type { DocumentRow } from './document-table.ts';
import type { DocumentTables } from './document-tables.ts';
import { isWithin, moved, withPending } from './document-writer.ts';
import { decodeHeads, sameHeads } from './heads.ts';

/** From here on a compaction gives a document a new number, and with it room for as many chunks again. */
const renumberFrom = sequenceLimit / 2;

/**
 * Puts a snapshot with these heads in the place of what it covers, inside the transaction of its batch.
 * It takes the place of the last chunk it covers.
 */
export function compact(
  tables: DocumentTables,
  id: DocumentId,
  { snapshot, interior, heads, throughSequence }: Compaction & { readonly heads: Heads },
): void {
  const { chunks, interiors, documents } = tables;
  const row = tables.tail.find(id);
  if (row === undefined || !isWithin(row, throughSequence)) throw moved(id);
  tables.enter();
  tables.tail.settle(id);
  const replaced = [chunkId(row.number, 0), throughSequence] as const;
  refuseIncomplete(tables, row);
  const coversAll = chunks.ids([throughSequence + 1, documentRange(row.number)[1]]).length === 0;
  if (coversAll && !sameHeads(heads, decodeHeads(row.heads))) {
    throw new Failure('Internal', `A snapshot of ${id} lacks heads that are stored; nothing was replaced.`);
  }
  chunks.delete([...replaced]);
  interiors.delete([...replaced]);
  chunks.insert(throughSequence, snapshot);
  interiors.put(throughSequence, interior);
  const placed = row.next_sequence < renumberFrom ? row : renumber(tables, row, throughSequence);
  const { count, sizeBytes } = chunks.totals(documentRange(placed.number));
  const checked = placed === row ? throughSequence - chunkId(row.number, 0) : 0;
  documents.update(
    withPending(tables, {
      ...placed,
      chunk_count: count,
      size_bytes: sizeBytes,
      checked_through: Math.max(checked, placed.checked_through),
    }),
  );
}

/** What is gone already must not be covered up by a snapshot that lacks it. */
function refuseIncomplete({ chunks }: DocumentTables, row: DocumentRow): void {
  const { count } = chunks.totals(documentRange(row.number));
  if (count === row.chunk_count) return;
  throw new Failure('StoreDamaged', `${row.id} lacks a chunk that was stored; nothing was replaced.`);
}

/** The chunks from id `first` on become sequence 0 and up of a new number, so that an older load cannot be taken for theirs. */
function renumber(tables: DocumentTables, row: DocumentRow, first: number): DocumentRow {
  const renumbered = tables.documents.renumber(row);
  const distance = chunkId(renumbered.number, 0) - first;
  const [, last] = documentRange(row.number);
  tables.chunks.move([first, last], distance);
  tables.interiors.move([first, last], distance);
  return {
    ...renumbered,
    next_sequence: chunkId(row.number, row.next_sequence) - first,
    checked_through: Math.max(-1, chunkId(row.number, row.checked_through) - first),
  };
}
