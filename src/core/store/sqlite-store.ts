import type { Database } from 'bun:sqlite';
import type { Clock } from '../../platform/clock.ts';
import { Failure } from '../failure.ts';
import { snapshotHeads } from '../format/document-header.ts';
import { BatchTransaction } from './batch-transaction.ts';
import { compact } from './compaction.ts';
import type { DocumentId } from './document-id.ts';
import { pendingDocuments, readDocument, summarise } from './document-reader.ts';
import type {
  Addition,
  Compaction,
  DocumentFacts,
  DocumentStore,
  ListOptions,
  SetAsideChunk,
  SetAsideOptions,
  SettingAside,
  StoredDocument,
  Vouching,
} from './document-store.ts';
import { toFacts } from './document-table.ts';
import type { Disk } from './disk.ts';
import { documentTables, type DocumentTables } from './document-tables.ts';
import { DocumentWriter, isWithin } from './document-writer.ts';
import { GroupCommit } from './group-commit.ts';
import { refuseStrangeHeads, sameHeads } from './heads.ts';
import { refuseBrokenChunk, refuseStrangeInterior, refuseStrangeLimit } from './refusals.ts';
import type { NamespaceSummary } from './namespace-reader.ts';
import { IdleCheckpoint } from './idle-checkpoint.ts';
import { StoreMeasures } from './store-measures.ts';
import { toStoreFailure } from './store-failure.ts';
import type { TailFiles } from './tail-files.ts';

export interface SqliteStoreOptions {
  /** From `openDocumentsDatabase`; closed with the store. */
  readonly database: Database;
  /** Where the file of its tail lies, or will. */
  readonly tailPath: string;
  readonly tailFiles?: TailFiles;
  readonly clock: Clock;
  /** Asked before anything new is stored, and told how writing goes. */
  readonly disk: Disk;
  /** Told of what was written; kept for nobody where left out. */
  readonly measures?: StoreMeasures;
}

/**
 * One namespace in one SQLite database. The bytes given to `append` and `compact` must stay as they are
 * until the promise settles: they are not copied.
 */
export class SqliteStore implements DocumentStore {
  readonly #database: Database;
  readonly #disk: Disk;
  readonly #watched: Disposable;
  readonly #tables: DocumentTables;
  readonly #writer: DocumentWriter;
  readonly #transaction: BatchTransaction;
  readonly #commits: GroupCommit;
  readonly #idle: IdleCheckpoint;

  /** `StoreDamaged` where what was in the tail is gone. */
  constructor(options: SqliteStoreOptions) {
    const { database, tailPath, tailFiles, clock, disk, measures = new StoreMeasures() } = options;
    this.#disk = disk;
    this.#watched = disk.opened.watch(database.filename);
    this.#database = database;
    this.#tables = documentTables(database, { tailPath, tailFiles, enter: () => this.#transaction.enter() });
    this.#writer = new DocumentWriter(this.#tables, clock);
    this.#idle = new IdleCheckpoint(database, clock, disk);
    this.#transaction = new BatchTransaction(database, {
      disk,
      tail: this.#tables.tail,
      committed: () => this.#idle.wrote(),
    });
    this.#commits = new GroupCommit(this.#transaction, { clock, measures });
  }

  async load(id: DocumentId): Promise<StoredDocument | undefined> {
    return this.#read(() => readDocument(this.#tables, id));
  }

  async append(id: DocumentId, addition: Addition): Promise<readonly number[]> {
    refuseStrangeHeads(addition.heads);
    for (const chunk of addition.chunks) refuseBrokenChunk(id, chunk);
    if (addition.chunks.length === 0) return [];
    if (addition.heads.length === 0)
      throw new Failure('InvalidRequest', `${id} was not stored: no change is in it.`);
    this.#disk.refuseIfReadOnly();
    return this.#commits.add(() => this.#writer.append(id, addition));
  }

  async interior(id: DocumentId, sequence: number): Promise<Uint8Array | undefined> {
    return this.#read(() => {
      const row = this.#tables.tail.find(id);
      return row && isWithin(row, sequence) ? this.#tables.interiors.find(sequence) : undefined;
    });
  }

  async vouch(id: DocumentId, vouching: Vouching): Promise<void> {
    for (const interior of vouching.interiors.values()) refuseStrangeInterior(id, interior);
    if (this.#disk.whyReadOnly !== undefined) return; // It will be found out again.
    await this.#commits.addUnsynced(() => this.#writer.vouch(id, vouching));
  }

  async compact(id: DocumentId, compaction: Compaction): Promise<void> {
    refuseBrokenChunk(id, compaction.snapshot);
    refuseStrangeInterior(id, compaction.interior);
    const heads = snapshotHeads(compaction.snapshot) ?? [];
    if (heads.length === 0 || !sameHeads(heads, compaction.heads ?? heads)) {
      throw new Failure('Internal', `A snapshot of ${id} does not hold its heads; nothing was replaced.`);
    }
    this.#disk.refuseIfReadOnly();
    const { damaged = [] } = (await this.load(id)) ?? {};
    if (damaged.some(({ sequence = 0 }) => sequence <= compaction.throughSequence)) {
      throw new Failure('StoreDamaged', `Chunks of ${id} are damaged; no snapshot may take their place.`);
    }
    await this.#commits.add(() => compact(this.#tables, id, { ...compaction, heads }));
  }

  async setAside(id: DocumentId, aside: SettingAside): Promise<void> {
    refuseStrangeHeads(aside.heads);
    this.#disk.refuseIfBroken();
    await this.#commits.add(() => this.#writer.setAside(id, aside));
  }

  async setAsideChunks({ after, limit }: SetAsideOptions): Promise<readonly SetAsideChunk[]> {
    refuseStrangeLimit(limit);
    return this.#read(() => this.#tables.quarantine.page(after ?? 0, limit));
  }

  async setAsideBytes(place: number): Promise<Uint8Array | undefined> {
    return this.#read(() => this.#tables.quarantine.bytes(place));
  }

  async unchecked(limit: number): Promise<readonly DocumentId[]> {
    refuseStrangeLimit(limit);
    return this.#read(() => pendingDocuments(this.#tables, limit));
  }

  async facts(id: DocumentId): Promise<DocumentFacts | undefined> {
    return this.#read(() => {
      const row = this.#tables.tail.find(id);
      return row && row.chunk_count > 0 ? toFacts(row) : undefined;
    });
  }

  async list({ after, limit }: ListOptions): Promise<readonly DocumentFacts[]> {
    refuseStrangeLimit(limit);
    const { documents, tail } = this.#tables;
    return this.#read(() => documents.page(after ?? '', limit).map((row) => toFacts(tail.over(row))));
  }

  async summary(): Promise<NamespaceSummary> {
    return this.#read(() => summarise(this.#tables));
  }

  async close(): Promise<void> {
    // Where that fails all is in the tail as before.
    this.#commits.add(() => this.#tables.tail.fold()).catch(() => {});
    this.#commits.stop(new Failure('StoreUnavailable', 'The store is closed: the server is stopping.'));
    this.#idle[Symbol.dispose]();
    this.#database.close(true);
    // After a failed sync the file may be what the documents come back from; where ours was moved, it is another's.
    const isOurs = this.#disk.opened.findMoved() === undefined;
    if (this.#transaction.broken === undefined && isOurs) this.#tables.tailWriting.removeFile();
    this.#watched[Symbol.dispose]();
    this.#tables.tailWriting.close();
  }

  #read<Result>(read: () => Result): Result {
    try {
      return read();
    } catch (error) {
      throw toStoreFailure(error, 'The store');
    }
  }
}
