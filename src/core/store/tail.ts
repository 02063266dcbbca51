import { sequenceLimit, chunkId, type ChunkRow, type ChunkTable } from './chunk-table.ts';
import type { DocumentId } from './document-id.ts';
import { checkPending, type DocumentRow, type DocumentTable } from './document-table.ts';
import type { TailRow, TailTable } from './tail-table.ts';

/** A document some of whose changes lie in the tail. */
interface Entry {
  /** With what is in the tail. */
  row: DocumentRow;
  readonly tail: TailRow[];
}

/** From here on the tail is folded into its documents; it is in memory too. */
const foldFromBytes = 2 ** 20;
/** Larger chunks go to their document at once: they fill pages of their own. */
const largestBytes = 1024;

/**
 * Small changes of documents that are there already go to the end of one table that all documents share, and from
 * time to time together to their documents. What is in that table is in memory as well, read again after
 * a transaction was undone.
 */
export class Tail {
  readonly #table: TailTable;
  readonly #documents: DocumentTable;
  readonly #chunks: ChunkTable;
  #entries: Map<DocumentId, Entry> | undefined;
  #sizeBytes = 0;

  constructor(tables: { tail: TailTable; documents: DocumentTable; chunks: ChunkTable }) {
    this.#table = tables.tail;
    this.#documents = tables.documents;
    this.#chunks = tables.chunks;
  }

  /** A document with what the tail has of it. */
  find(id: DocumentId): DocumentRow | undefined {
    return this.#open().get(id)?.row ?? this.#documents.find(id);
  }

  /** A document that was read from its table, with what the tail has of it. */
  over(row: DocumentRow): DocumentRow {
    return this.#open().get(row.id)?.row ?? row;
  }

  /** The documents that the tail has something of. */
  rows(): readonly DocumentRow[] {
    return [...this.#open().values()].map(({ row }) => row);
  }

  /** The chunks of a document that lie in the tail. */
  chunks(id: DocumentId): readonly ChunkRow[] {
    const entry = this.#open().get(id);
    return entry?.tail.map(({ chunk_id, bytes }) => ({ id: chunk_id, bytes, has_interior: 0 })) ?? [];
  }

  /** Whether these chunks may go into the tail. */
  takes(row: DocumentRow, chunks: readonly Uint8Array[]): boolean {
    const sizeBytes = chunks.reduce((sum, { length }) => sum + length, 0);
    return row.chunk_count > 0 && sizeBytes <= largestBytes;
  }

  /** Adds chunks, and gives their ids; `row` says what the document is with them. */
  append(row: DocumentRow, chunks: readonly Uint8Array[]): readonly number[] {
    const entry = this.#open().get(row.id) ?? { row, tail: [] };
    entry.row = row;
    this.#open().set(row.id, entry);
    const first = chunkId(row.number, row.next_sequence - chunks.length);
    for (const [index, bytes] of chunks.entries()) {
      const { heads, changed_at } = row;
      entry.tail.push(this.#table.insert({ chunk_id: first + index, heads, changed_at, bytes }));
      this.#sizeBytes += bytes.length;
    }
    return chunks.map((_, index) => first + index);
  }

  /** Notes what was checked of a document without writing it; false where the tail has nothing of it. */
  note(row: DocumentRow): boolean {
    const entry = this.#open().get(row.id);
    if (entry) entry.row = row;
    return entry !== undefined;
  }

  /** Moves what the tail has of a document to the document. */
  settle(id: DocumentId): void {
    const entry = this.#open().get(id);
    if (!entry) return;
    this.#move(entry);
    for (const { place } of entry.tail) this.#table.delete(place);
    this.#open().delete(id);
    this.#sizeBytes -= entry.tail.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  /** Moves everything to its documents where it has become too much. */
  foldIfLarge(): void {
    if (this.#sizeBytes >= foldFromBytes) this.fold();
  }

  fold(): void {
    for (const entry of this.#open().values()) this.#move(entry);
    this.#table.clear();
    this.#open().clear();
    this.#sizeBytes = 0;
  }

  /** A transaction was undone: what is in memory may not be there. */
  forget(): void {
    this.#entries = undefined;
  }

  #move({ row, tail }: Entry): void {
    for (const { chunk_id, bytes } of tail) this.#chunks.insert(chunk_id, bytes);
    this.#documents.update(row);
  }

  #open(): Map<DocumentId, Entry> {
    return (this.#entries ??= this.#read());
  }

  #read(): Map<DocumentId, Entry> {
    const byNumber = new Map<number, Entry>();
    this.#sizeBytes = 0;
    for (const row of this.#table.all()) {
      const number = Math.floor(row.chunk_id / sequenceLimit);
      const entry = byNumber.get(number) ?? this.#entryOf(number);
      byNumber.set(number, entry);
      entry.tail.push(row);
      entry.row = withChange(entry.row, row);
      this.#sizeBytes += row.bytes.length;
    }
    return new Map([...byNumber.values()].map((entry) => [entry.row.id, entry]));
  }

  #entryOf(number: number): Entry {
    const row = this.#documents.numbered(number);
    if (row === undefined) throw new Error(`changes of document ${number} are stored and not the document`);
    return { row, tail: [] };
  }
}

/** A gap before the change counts as stored, so that it is noticed. */
function withChange(row: DocumentRow, { chunk_id, heads, changed_at, bytes }: TailRow): DocumentRow {
  const nextSequence = (chunk_id % sequenceLimit) + 1;
  return {
    ...row,
    heads,
    changed_at,
    chunk_count: row.chunk_count + nextSequence - row.next_sequence,
    size_bytes: row.size_bytes + bytes.length,
    next_sequence: nextSequence,
    check_pending: Math.max(row.check_pending, checkPending.changes),
  };
}
