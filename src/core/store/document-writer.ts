import type { Clock } from '../../platform/clock.ts';
import { Failure } from '../failure.ts';
import { readChunk } from '../format/chunk.ts';
import { chunkId, documentRange, sequenceLimit } from './chunk-table.ts';
import type { DocumentId } from './document-id.ts';
import type { Addition, SettingAside, Vouching } from './document-store.ts';
import { checkPending, newDocument, type DocumentRow } from './document-table.ts';
import type { DocumentTables } from './document-tables.ts';
import type { Tail } from './tail.ts';
import { encodeHeads } from './heads.ts';

const documentChunk = 0;

/** What a write does to the tables, inside the transaction of its batch, and to the tail. */
export class DocumentWriter {
  readonly #tables: DocumentTables;
  readonly #clock: Clock;

  constructor(tables: DocumentTables, clock: Clock) {
    this.#tables = tables;
    this.#clock = clock;
  }

  append(id: DocumentId, { chunks, heads, changedAt }: Addition): readonly number[] {
    const { tail } = this.#tables;
    const row = tail.find(id) ?? newDocument(id);
    if (row.next_sequence + chunks.length > sequenceLimit) {
      throw new Failure(
        'StoreUnavailable',
        `${id} has no room for more chunks (${sequenceLimit}); it has to be compacted before it can grow.`,
      );
    }
    const pending = chunks.some(isDocumentChunk) ? checkPending.documentChunks : checkPending.changes;
    const grown = {
      ...row,
      heads: encodeHeads(heads),
      chunk_count: row.chunk_count + chunks.length,
      size_bytes: chunks.reduce((sum, { length }) => sum + length, row.size_bytes),
      next_sequence: row.next_sequence + chunks.length,
      changed_at: changedAt ?? this.#clock.now(),
      check_pending: Math.max(pending, row.check_pending),
    };
    if (pending === checkPending.changes && tail.takes(row, chunks, grown.heads))
      return tail.append(grown, chunks);
    return this.#appendTo(grown, chunks);
  }

  /** Past the tail, for a document that is new or a chunk that is large. */
  #appendTo(grown: DocumentRow, chunks: readonly Uint8Array[]): readonly number[] {
    const { documents, tail, enter } = this.#tables;
    enter();
    tail.settle(grown.id);
    const stored = grown.number === 0 ? documents.insert(grown) : grown;
    if (stored === grown) documents.update(grown);
    const first = chunkId(stored.number, stored.next_sequence - chunks.length);
    for (const [index, bytes] of chunks.entries()) this.#tables.chunks.insert(first + index, bytes);
    return chunks.map((_, index) => first + index);
  }

  vouch(id: DocumentId, { interiors, throughSequence }: Vouching): void {
    const { tail } = this.#tables;
    const row = tail.find(id);
    const sequences = [...interiors.keys(), throughSequence];
    if (row === undefined || !sequences.every((sequence) => isWithin(row, sequence))) throw moved(id);
    if (interiors.size === 0 && noteInTail(tail, row, throughSequence)) return;
    this.#tables.enter();
    tail.settle(id);
    for (const [sequence, hashes] of interiors) this.#tables.interiors.put(sequence, hashes);
    const checked = Math.max(row.checked_through, throughSequence - chunkId(row.number, 0));
    this.#tables.documents.update(withPending(this.#tables, { ...row, checked_through: checked }));
  }

  setAside(id: DocumentId, { sequences, reason, heads }: SettingAside): void {
    const { documents, chunks, interiors, quarantine, tail } = this.#tables;
    const row = tail.find(id);
    if (row === undefined || !sequences.every((sequence) => isWithin(row, sequence))) throw moved(id);
    const now = this.#clock.now();
    this.#tables.enter();
    tail.settle(id);
    for (const sequence of sequences) {
      quarantine.take({ chunkId: sequence, documentId: id, reason, now });
      chunks.delete([sequence, sequence]);
      interiors.delete([sequence, sequence]);
    }
    const { count, sizeBytes } = chunks.totals(documentRange(row.number));
    if (count > 0 && heads.length === 0) {
      throw new Failure('Internal', `${id} would have chunks and no heads; nothing was set aside.`);
    }
    const rest = { heads: encodeHeads(heads), chunk_count: count, size_bytes: sizeBytes, changed_at: now };
    documents.update(withPending(this.#tables, { ...row, ...rest }));
  }
}

/** Where the last changes of a document are in the tail, what was checked is written down when they are moved. */
function noteInTail(tail: Tail, row: DocumentRow, throughSequence: number): boolean {
  if (row.check_pending === checkPending.documentChunks) return false;
  const checked = Math.max(row.checked_through, throughSequence - chunkId(row.number, 0));
  const pending = checked === row.next_sequence - 1 ? checkPending.nothing : row.check_pending;
  return tail.note({ ...row, checked_through: checked, check_pending: pending });
}

/** Whether a sequence belongs to a chunk the document has, or had, under its present number. */
export function isWithin(row: DocumentRow, sequence: number): boolean {
  const first = chunkId(row.number, 0);
  return Number.isInteger(sequence) && sequence >= first && sequence < first + row.next_sequence;
}

export function moved(id: DocumentId): Failure {
  return new Failure('Internal', `The chunks of ${id} were moved since they were read.`);
}

/** The row with what is left to be opened, as the chunks show it. */
export function withPending(tables: DocumentTables, row: DocumentRow): DocumentRow {
  const [, last] = documentRange(row.number);
  const { count, claims } = tables.chunks.unchecked([chunkId(row.number, row.checked_through) + 1, last]);
  if (count === 0) return { ...row, check_pending: checkPending.nothing };
  return { ...row, check_pending: claims > 0 ? checkPending.documentChunks : checkPending.changes };
}

function isDocumentChunk(bytes: Uint8Array): boolean {
  for (let offset = 0; offset < bytes.length;) {
    const chunk = readChunk(bytes, offset);
    if (chunk === undefined || chunk.type === documentChunk) return true;
    offset += chunk.bytes.length;
  }
  return false;
}
