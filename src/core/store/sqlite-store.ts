import type { Database } from 'bun:sqlite';
import type { Clock } from '../../platform/clock.ts';
import { Failure } from '../failure.ts';
import { snapshotHeads } from '../format/document-header.ts';
import { whyNotChunks } from '../format/whole-chunks.ts';
import { ChunkTable, chunkId } from './chunk-table.ts';
import type { DocumentId } from './document-id.ts';
import type {
  Addition,
  Compaction,
  DocumentFacts,
  DocumentStore,
  ListOptions,
  StoredDocument,
} from './document-store.ts';
import { DocumentTable, toFacts, type DocumentRow } from './document-table.ts';
import { DocumentWriter } from './document-writer.ts';
import { GroupCommit } from './group-commit.ts';
import { decodeHeads, refuseStrangeHeads, sameHeads } from './heads.ts';
import { toStoreFailure } from './store-failure.ts';

export interface SqliteStoreOptions {
  /** From `openDocumentsDatabase`; closed with the store. */
  readonly database: Database;
  readonly clock: Clock;
}

const pageLimit = 10_000;

/**
 * One namespace in one SQLite database. The bytes given to `append` and `compact` must stay as they are
 * until the promise settles: they are not copied.
 */
export class SqliteStore implements DocumentStore {
  readonly #database: Database;
  readonly #documents: DocumentTable;
  readonly #chunks: ChunkTable;
  readonly #writer: DocumentWriter;
  readonly #commits: GroupCommit;

  constructor({ database, clock }: SqliteStoreOptions) {
    this.#database = database;
    this.#documents = new DocumentTable(database);
    this.#chunks = new ChunkTable(database);
    this.#writer = new DocumentWriter(this.#documents, this.#chunks, clock);
    this.#commits = new GroupCommit(database);
  }

  async load(id: DocumentId): Promise<StoredDocument | undefined> {
    return this.#read(() => {
      const row = this.#documents.find(id);
      return row && this.#readDocument(row);
    });
  }

  async append(id: DocumentId, addition: Addition): Promise<void> {
    refuseStrangeHeads(addition.heads);
    for (const chunk of addition.chunks) refuseBrokenChunk(id, chunk);
    if (addition.chunks.length === 0) return;
    if (addition.heads.length === 0)
      throw new Failure('InvalidRequest', `${id} was not stored: no change is in it.`);
    await this.#commits.add(() => this.#writer.append(id, addition));
  }

  async compact(id: DocumentId, compaction: Compaction): Promise<void> {
    refuseBrokenChunk(id, compaction.snapshot);
    const heads = snapshotHeads(compaction.snapshot) ?? [];
    if (heads.length === 0 || !sameHeads(heads, compaction.heads)) {
      throw new Failure('Internal', `A snapshot of ${id} does not hold its heads; nothing was replaced.`);
    }
    await this.#commits.add(() => this.#writer.compact(id, compaction));
  }

  async facts(id: DocumentId): Promise<DocumentFacts | undefined> {
    return this.#read(() => {
      const row = this.#documents.find(id);
      return row && toFacts(row);
    });
  }

  async list({ after, limit }: ListOptions): Promise<readonly DocumentFacts[]> {
    if (!Number.isInteger(limit) || limit < 1 || limit > pageLimit) {
      throw new Failure('InvalidRequest', `A page has 1 to ${pageLimit} documents, not ${limit}.`);
    }
    return this.#read(() => this.#documents.page(after ?? '', limit).map(toFacts));
  }

  async close(): Promise<void> {
    this.#commits.stop(new Failure('StoreUnavailable', 'The store is closed: the server is stopping.'));
    this.#database.close(true);
  }

  #read<Result>(read: () => Result): Result {
    try {
      return read();
    } catch (error) {
      throw toStoreFailure(error, 'The store');
    }
  }

  #readDocument(row: DocumentRow): StoredDocument {
    const chunks = this.#chunks.ofDocument(row.number);
    if (chunks.length !== row.chunk_count) {
      throw damaged(row.id, `${row.chunk_count} chunks were stored and ${chunks.length} are there`);
    }
    for (const [index, chunk] of chunks.entries()) {
      const problem = whyNotChunks(chunk);
      if (problem) throw damaged(row.id, `chunk ${index + 1} of ${chunks.length}: ${problem}`);
    }
    return {
      heads: decodeHeads(row.heads),
      chunks,
      lastSequence: chunkId(row.number, row.next_sequence - 1),
    };
  }
}

function refuseBrokenChunk(id: DocumentId, chunk: Uint8Array): void {
  const problem = whyNotChunks(chunk);
  if (problem) throw new Failure('InvalidRequest', `A chunk for ${id} was not stored: ${problem}.`);
}

function damaged(id: DocumentId, reason: string): Failure {
  return new Failure(
    'StoreDamaged',
    `The document ${id} is damaged in the store (${reason}). Other documents are not affected; bring this one back from a backup or from a device that has it.`,
  );
}
