import type { Database } from 'bun:sqlite';
import type { Clock } from '../../../platform/clock.ts';
import { Failure } from '../../failure.ts';
import type { DocumentId } from '../document-id.ts';
import type { Addition, DocumentFacts, Vouching } from '../document-store.ts';
import { decodeHeads, encodeHeads } from '../heads.ts';
import { ChunkIndex, type IndexedChunk } from './chunk-index.ts';
import { chunkKey, describeChunk, type ChunkName } from './chunk-file.ts';
import { DocumentIndex, unknownDocument, type IndexedDocument } from './document-index.ts';

/** A chunk that is to be remembered. */
export interface Arrival {
  readonly chunk: ChunkName;
  readonly bytes: Uint8Array;
}

/** What is known of the files of a namespace, as one: each method leaves both tables in step. */
export class NamespaceIndex {
  readonly documents: DocumentIndex;
  readonly chunks: ChunkIndex;
  readonly #database: Database;
  readonly #clock: Clock;
  /** As `openIndexDatabase` left it. */
  #synchronous: 'FULL' | 'NORMAL' = 'NORMAL';

  constructor(database: Database, clock: Clock) {
    this.documents = new DocumentIndex(database);
    this.chunks = new ChunkIndex(database);
    this.#database = database;
    this.#clock = clock;
  }

  /** What `work` does to the index is done whole or not at all; a power cut may undo it, which looking at the files shows. */
  transact<Result>(work: () => Result): Result {
    return this.#transact('NORMAL', work);
  }

  /** The same, and no power cut undoes it. */
  transactDurably<Result>(work: () => Result): Result {
    return this.#transact('FULL', work);
  }

  /** The document, where it has, or had, chunks of all these sequences. */
  require(id: DocumentId, sequences: readonly number[]): IndexedDocument {
    const row = this.documents.find(id);
    const isOurs = (sequence: number): boolean =>
      Number.isInteger(sequence) && sequence >= 0 && sequence < (row?.next_sequence ?? 0);
    if (row !== undefined && sequences.every(isOurs)) return row;
    throw new Failure('Internal', `The chunks of ${id} were moved since they were read.`);
  }

  /** Adds chunks at the end; one that is there already keeps its place. Gives their sequences. */
  add(
    id: DocumentId,
    arrivals: readonly Arrival[],
    { heads, changedAt }: Pick<Addition, 'heads' | 'changedAt'>,
  ): readonly number[] {
    const row = this.documents.find(id) ?? unknownDocument(id);
    let { next_sequence, check_pending } = row;
    const sequences = arrivals.map(({ chunk, bytes }) => {
      const known = this.chunks.find(id, chunk);
      if (known !== undefined) return known;
      const described = describeChunk(bytes);
      this.chunks.insert(id, { ...chunk, ...described, sequence: next_sequence });
      check_pending = described.is_document === 1 || check_pending === 2 ? 2 : 1;
      next_sequence += 1;
      return next_sequence - 1;
    });
    const changed_at = changedAt ?? this.#clock.now();
    this.documents.put({ ...row, heads: encodeHeads(heads), next_sequence, check_pending, changed_at });
    return sequences;
  }

  vouch(id: DocumentId, { interiors, throughSequence }: Vouching): void {
    const row = this.require(id, [...interiors.keys(), throughSequence]);
    for (const [sequence, hashes] of interiors) this.chunks.know(id, sequence, hashes);
    this.put({ ...row, checked_through: Math.max(row.checked_through, throughSequence) });
  }

  /** Remembers a document, with what of it is left to be opened. */
  put(row: IndexedDocument): void {
    const { count, claims } = this.chunks.unchecked(row.id, row.checked_through);
    const pending = claims > 0 ? 2 : 1;
    this.documents.put({ ...row, check_pending: count === 0 ? 0 : pending });
  }

  /** Undefined of a document without chunks. */
  facts(id: DocumentId): DocumentFacts | undefined {
    const row = this.documents.find(id);
    const chunks = this.chunks.all(id);
    if (row === undefined || chunks.length === 0) return undefined;
    return {
      id,
      heads: decodeHeads(row.heads),
      chunkCount: chunks.length,
      sizeBytes: chunks.reduce((sum, chunk) => sum + chunk.size_bytes, 0),
      changedAt: row.changed_at,
      isChecked: row.check_pending === 0,
    };
  }

  close(): void {
    this.#database.close(true);
  }

  /** Set before, never after: what fails then has not been committed. */
  #transact<Result>(synchronous: 'FULL' | 'NORMAL', work: () => Result): Result {
    if (this.#synchronous !== synchronous) this.#database.run(`PRAGMA synchronous = ${synchronous}`);
    this.#synchronous = synchronous;
    return this.#database.transaction(work).immediate();
  }
}

/** Of chunks: those whose files are among `present`, and those whose are not. */
export function splitByPresence(
  chunks: readonly IndexedChunk[],
  present: ReadonlyMap<string, ChunkName>,
): { readonly there: readonly IndexedChunk[]; readonly gone: readonly IndexedChunk[] } {
  const isThere = (chunk: IndexedChunk): boolean => present.has(chunkKey(chunk));
  return { there: chunks.filter(isThere), gone: chunks.filter((chunk) => !isThere(chunk)) };
}
