import type { Clock } from '../../platform/clock.ts';
import { Failure } from '../failure.ts';
import { chunkId, sequenceLimit, type ChunkTable } from './chunk-table.ts';
import type { DocumentId } from './document-id.ts';
import type { Addition, Compaction } from './document-store.ts';
import type { DocumentRow, DocumentTable } from './document-table.ts';
import { decodeHeads, encodeHeads, sameHeads } from './heads.ts';

/** From here on a compaction gives a document a new number, and with it room for as many chunks again. */
const renumberFrom = sequenceLimit / 2;

/** What a write does to the two tables, inside a transaction that somebody else began. */
export class DocumentWriter {
  readonly #documents: DocumentTable;
  readonly #chunks: ChunkTable;
  readonly #clock: Clock;

  constructor(documents: DocumentTable, chunks: ChunkTable, clock: Clock) {
    this.#documents = documents;
    this.#chunks = chunks;
    this.#clock = clock;
  }

  append(id: DocumentId, { chunks, heads }: Addition): void {
    const now = this.#clock.now();
    const row = this.#documents.find(id) ?? this.#documents.insert(id, now);
    if (row.next_sequence + chunks.length > sequenceLimit) {
      throw new Failure(
        'StoreUnavailable',
        `${id} has no room for more chunks (${sequenceLimit}); it has to be compacted before it can grow.`,
      );
    }
    for (const [index, bytes] of chunks.entries()) {
      this.#chunks.insert(chunkId(row.number, row.next_sequence + index), bytes);
    }
    this.#documents.update({
      ...row,
      heads: encodeHeads(heads),
      chunk_count: row.chunk_count + chunks.length,
      size_bytes: chunks.reduce((sum, { length }) => sum + length, row.size_bytes),
      next_sequence: row.next_sequence + chunks.length,
      changed_at: now,
    });
  }

  compact(id: DocumentId, { snapshot, heads, throughSequence }: Compaction): void {
    const row = this.#documents.find(id);
    if (row === undefined || !isWithin(row, throughSequence)) {
      throw new Failure('Internal', `The chunks of ${id} were moved since its snapshot was made.`);
    }
    const coversAll = throughSequence === chunkId(row.number, row.next_sequence - 1);
    if (coversAll && !sameHeads(heads, decodeHeads(row.heads))) {
      throw new Failure('Internal', `A snapshot of ${id} lacks heads that are stored; nothing was replaced.`);
    }
    this.#chunks.delete(chunkId(row.number, 0), throughSequence);
    this.#chunks.insert(throughSequence, snapshot);
    const placed = row.next_sequence < renumberFrom ? row : this.#renumber(row, throughSequence);
    const { count, sizeBytes } = this.#chunks.totals(placed.number);
    this.#documents.update({ ...placed, chunk_count: count, size_bytes: sizeBytes });
  }

  /** The chunks from id `first` on become sequence 0 and up of a new number, so that an older load cannot be taken for theirs. */
  #renumber(row: DocumentRow, first: number): DocumentRow {
    const renumbered = this.#documents.renumber(row);
    this.#chunks.move(row.number, first, chunkId(renumbered.number, 0) - first);
    return { ...renumbered, next_sequence: chunkId(row.number, row.next_sequence) - first };
  }
}

function isWithin(row: DocumentRow, id: number): boolean {
  return Number.isInteger(id) && id >= chunkId(row.number, 0) && id < chunkId(row.number, row.next_sequence);
}
