import { chunkId, type ChunkRow, type ChunkTable } from './chunk-table.ts';
import type { DocumentId } from './document-id.ts';
import { checkPending, type DocumentRow, type DocumentTable } from './document-table.ts';
import { TailBatch } from './tail-batch.ts';
import { byDocument, overlay, type Tailed } from './tail-overlay.ts';
import type { RecoveredChange } from './tail-recovery.ts';
import type { TailWriting } from './tail-writing.ts';

type Entry = Tailed<DocumentRow>;

export interface TailParts {
  readonly documents: DocumentTable;
  readonly chunks: ChunkTable;
  readonly writing: TailWriting;
  /** Begins the transaction of the batch where it has not begun. */
  readonly enter: () => void;
}

/** Larger chunks go to their document at once: they fill pages of their own. So do very many. */
const largestBytes = 1024;
const mostBytes = 64 * 1024;
/** A record has to fit into a block of the file. */
const largestHeadsBytes = 1024;

/**
 * Small changes of documents that are there already go to the end of one file that all documents share, and from
 * time to time together to their documents. What is in that file is in memory as well.
 */
export class Tail {
  readonly #parts: TailParts;
  #entries = new Map<DocumentId, Entry>();
  readonly #batch = new TailBatch();

  constructor(parts: TailParts) {
    this.#parts = parts;
  }

  /** Takes over what was in the file when its process ended. */
  recover(changes: readonly RecoveredChange[]): void {
    this.#parts.writing.end();
    this.#overlay(byDocument(changes));
  }

  /** After a transaction of which nobody knows whether it was done: what the documents have now is theirs. */
  reread(): void {
    this.#overlay(byDocument([...this.#entries.values()].flatMap(({ changes }) => changes)));
  }

  /** A document with what the tail has of it. */
  find(id: DocumentId): DocumentRow | undefined {
    return this.#entries.get(id)?.row ?? this.#parts.documents.find(id);
  }

  /** A document that was read from its table, with what the tail has of it. */
  over(row: DocumentRow): DocumentRow {
    return this.#entries.get(row.id)?.row ?? row;
  }

  /** The documents that the tail has something of. */
  rows(): readonly DocumentRow[] {
    return [...this.#entries.values()].map(({ row }) => row);
  }

  /** The chunks of a document that lie in the tail. */
  chunks(id: DocumentId): readonly ChunkRow[] {
    const changes = this.#entries.get(id)?.changes ?? [];
    return changes.flatMap(({ id: chunk, change }) =>
      change ? { id: chunk, bytes: change.bytes, has_interior: 0 } : [],
    );
  }

  /** Whether these chunks may go into the tail. */
  takes(row: DocumentRow, chunks: readonly Uint8Array[], heads: Uint8Array): boolean {
    const sizeBytes = chunks.reduce((sum, { length }) => sum + length, 0);
    if (row.chunk_count === 0 || heads.length > largestHeadsBytes || sizeBytes > mostBytes) return false;
    return chunks.every(({ length }) => length <= largestBytes);
  }

  /** Adds chunks, and gives their ids; `row` says what the document is with them. */
  append(row: DocumentRow, chunks: readonly Uint8Array[]): readonly number[] {
    const { id, heads, changed_at: changedAt } = row;
    const previous = this.#entries.get(id);
    const all = previous?.changes ?? [];
    const { length } = all;
    const first = chunkId(row.number, row.next_sequence - chunks.length);
    const changes = chunks.map((bytes, index) => ({
      id: first + index,
      heads: index === chunks.length - 1 ? heads : undefined,
      changedAt,
      // A view would keep the whole frame it came in.
      bytes: bytes.slice(),
    }));
    for (const change of changes) all.push({ id: change.id, change });
    this.#entries.set(id, { row, changes: all });
    this.#batch.did({
      id,
      changes,
      isMove: false,
      undo: () => {
        all.length = length;
        this.#restore(id, previous);
      },
    });
    return changes.map((change) => change.id);
  }

  /** Notes what was checked of a document without writing it; false where the tail has nothing of it. */
  note(row: DocumentRow): boolean {
    const previous = this.#entries.get(row.id);
    if (!previous) return false;
    this.#entries.set(row.id, { ...previous, row });
    this.#batch.did({ id: row.id, changes: [], isMove: false, undo: () => this.#restore(row.id, previous) });
    return true;
  }

  /** Moves what the tail has of a document to the document. */
  settle(id: DocumentId): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    this.#move(entry);
    this.#entries.delete(id);
    this.#batch.did({ id, changes: [], isMove: true, undo: () => this.#restore(id, entry) });
  }

  /** Moves everything to its documents. */
  fold(): void {
    if (this.#parts.writing.isEmpty && this.#entries.size === 0) return;
    const entries = this.#entries;
    this.#parts.enter();
    for (const entry of entries.values()) this.#move(entry);
    this.#parts.writing.forget();
    this.#entries = new Map();
    this.#batch.did({ changes: [], isMove: true, undo: () => void (this.#entries = entries) });
  }

  mark(): number {
    return this.#batch.mark();
  }

  undoTo(mark: number): void {
    this.#batch.undoTo(mark);
  }

  /** What has to be in the transaction of a batch, once all of it has run; `isCommitting` where it has one that is synced. */
  prepare(isCommitting: boolean): void {
    if (!this.#parts.writing.lay(this.#batch.unwritten(), isCommitting)) this.fold();
  }

  /** The transaction is on disk. */
  committed(): void {
    this.#parts.writing.committed(this.#batch.committed());
  }

  /** Writes what the batch left here: on disk when it returns. False where there was nothing. */
  write(): boolean {
    const isSomething = this.#batch.unwritten().length > 0;
    if (isSomething) this.#parts.writing.write();
    this.#batch.end();
    return isSomething;
  }

  /** After `write` has thrown: undoes what was not written, and gives the marks it had. */
  undoUnwritten(): readonly number[] {
    this.#parts.writing.end();
    return this.#batch.undoUnwritten();
  }

  #overlay(changes: ReadonlyMap<number, readonly RecoveredChange[]>): void {
    const entries = new Map<DocumentId, Entry>();
    for (const [number, ofDocument] of changes) {
      const row = this.#parts.documents.numbered(number);
      const entry = row && overlay(row, ofDocument);
      if (!entry) continue;
      const pending = Math.max(entry.row.check_pending, checkPending.changes);
      entries.set(entry.row.id, { ...entry, row: { ...entry.row, check_pending: pending } });
    }
    this.#entries = entries;
  }

  #move({ row, changes }: Entry): void {
    this.#parts.enter();
    for (const { id, change } of changes) if (change) this.#parts.chunks.insert(id, change.bytes);
    this.#parts.documents.update(row);
  }

  #restore(id: DocumentId, entry: Entry | undefined): void {
    if (entry) this.#entries.set(id, entry);
    else this.#entries.delete(id);
  }
}
