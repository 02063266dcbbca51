import type { Database } from 'bun:sqlite';
import type { ReadOnlyDatabase } from '../../platform/read-only-database.ts';
import { Failure } from '../failure.ts';
import { documentRange } from './chunk-table.ts';
import { isDocumentId, type DocumentId } from './document-id.ts';
import { decodeHeads } from './heads.ts';
import type { ListedDocument, NamespaceReader, NamespaceSummary, ReadDocument } from './namespace-reader.ts';
import type { LaidDocument } from './laid-document.ts';
import { databaseFindings, layDocument } from './sqlite-examination.ts';
import type { StoreFinding } from './store-finding.ts';
import { readTailFile } from './tail-reading.ts';
import { readColumns, TailView, type ReadRow } from './tail-view.ts';

const pageSize = 500;
/** A tail that is written while it is read may look damaged. */
const maxAttempts = 4;

/** Reads `documents.sqlite` and the tail beside it, one short transaction at a time. */
export class SqliteReader implements NamespaceReader {
  readonly #database: ReadOnlyDatabase;
  readonly #tailPath: string;
  readonly #hadDocuments: () => boolean;
  /** A tail that nobody can read any more is told once; the documents are there without it. */
  #isTailLost = false;
  /** The tail as it was when a database was copied: what came later does not go with the copy. */
  readonly #copied = new WeakMap<Database, { readonly bytes: Buffer | undefined }>();

  /** `hadDocuments` says whether its tables must be there. */
  constructor(
    database: ReadOnlyDatabase,
    { tailPath, hadDocuments }: { readonly tailPath: string; readonly hadDocuments: () => boolean },
  ) {
    this.#database = database;
    this.#tailPath = tailPath;
    this.#hadDocuments = hadDocuments;
  }

  async summary(): Promise<NamespaceSummary> {
    return this.#read({ documentCount: 0, sizeBytes: 0, changedAt: undefined }, (database, tail) => {
      const row = database
        .query<{ documents: number; bytes: number | null; changed_at: number | null }, []>(
          `SELECT count(*) AS documents, sum(size_bytes) AS bytes, max(changed_at) AS changed_at
           FROM document WHERE chunk_count > 0`,
        )
        .get();
      return {
        documentCount: row?.documents ?? 0,
        sizeBytes: (row?.bytes ?? 0) + tail.sizeBytes,
        changedAt: Math.max(row?.changed_at ?? 0, tail.changedAt) || undefined,
      };
    });
  }

  async *list(): AsyncGenerator<ListedDocument> {
    let after = '';
    for (;;) {
      const page = await this.#read([], (database, tail) =>
        database
          .query<ReadRow, [string, number]>(
            `SELECT ${readColumns} FROM document WHERE chunk_count > 0 AND id > ? ORDER BY id LIMIT ?`,
          )
          .all(after, pageSize)
          .map((row) => tail.over(row)),
      );
      for (const row of page) yield toListed(row);
      const last = page.at(-1);
      if (!last || page.length < pageSize) return;
      after = last.id;
    }
  }

  async facts(id: DocumentId): Promise<ListedDocument | undefined> {
    return this.#read(undefined, (database, tail) => {
      const row = findDocument(database, id);
      return row && toListed(tail.over(row));
    });
  }

  async load(id: DocumentId): Promise<ReadDocument | undefined> {
    return this.#read(undefined, (database, tail) => {
      const row = findDocument(database, id);
      if (row === undefined) return undefined;
      const chunks = database
        .query<{ bytes: Uint8Array }, [number, number]>(
          'SELECT bytes FROM chunk WHERE id BETWEEN ? AND ? ORDER BY id',
        )
        .all(...documentRange(row.number))
        .map(({ bytes }) => bytes);
      return { heads: decodeHeads(tail.over(row).heads), chunks: [...chunks, ...tail.chunks(row)] };
    });
  }

  async lay(id: DocumentId): Promise<LaidDocument | undefined> {
    return this.#read(undefined, (database, tail) => {
      const row = findDocument(database, id);
      return row && layDocument(database, tail, row);
    });
  }

  async findings(): Promise<readonly StoreFinding[]> {
    const lostTail = await this.#lookAtTail();
    const hadDocuments = this.#hadDocuments();
    const found = await this.#database.read((database) => databaseFindings(database, hadDocuments));
    return lostTail ? [...found, lostTail] : found;
  }

  [Symbol.dispose](): void {
    this.#database[Symbol.dispose]();
  }

  async #lookAtTail(): Promise<StoreFinding | undefined> {
    try {
      await this.#read(undefined, () => undefined);
      return undefined;
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'StoreDamaged') throw error;
      this.#isTailLost = true;
      return { kind: 'tail', path: this.#tailPath, problem: error.message };
    }
  }

  #readTail(): Buffer | undefined {
    return this.#isTailLost ? Buffer.alloc(0) : readTailFile(this.#tailPath);
  }

  /** `empty` for a database that a server made and has not filled with its tables yet. */
  async #read<Result, Empty>(
    empty: Empty,
    query: (database: Database, tail: TailView) => Result,
  ): Promise<Result | Empty> {
    // Before the database: what is in neither was not acknowledged yet when this began.
    const before = { bytes: this.#readTail() };
    return this.#database.read((database, isCopy) => {
      for (let attempt = 1; ; attempt += 1) {
        const first = isCopy && !this.#isTailLost ? (this.#copied.get(database) ?? before) : before;
        const file = attempt === 1 ? first : { bytes: this.#readTail() };
        if (isCopy) this.#copied.set(database, file);
        const read = this.#transaction(database, file.bytes, query);
        if (read.kind === 'no tables') return empty;
        if (read.kind === 'read' && (!read.isDoubtful || attempt >= maxAttempts)) return read.result;
        if (read.kind === 'failed' && attempt >= maxAttempts) throw read.failure;
      }
    });
  }

  #transaction<Result>(
    database: Database,
    bytes: Buffer | undefined,
    query: (database: Database, tail: TailView) => Result,
  ): Outcome<Result> {
    database.run('BEGIN');
    try {
      if (!hasTables(database)) return { kind: 'no tables' };
      const tail = new TailView(database, this.#tailPath, bytes);
      return { kind: 'read', result: query(database, tail), isDoubtful: tail.isDoubtful };
    } catch (error) {
      if (error instanceof Failure) return { kind: 'failed', failure: error };
      throw error;
    } finally {
      if (database.inTransaction) database.run('COMMIT');
    }
  }
}

type Outcome<Result> =
  | { readonly kind: 'no tables' }
  | { readonly kind: 'read'; readonly result: Result; readonly isDoubtful: boolean }
  | { readonly kind: 'failed'; readonly failure: Failure };

function findDocument(database: Database, id: DocumentId): ReadRow | undefined {
  const sql = `SELECT ${readColumns} FROM document WHERE id = ? AND chunk_count > 0`;
  return database.query<ReadRow, [string]>(sql).get(id) ?? undefined;
}

function hasTables(database: Database): boolean {
  const row = database
    .query<{ tables: number }, []>(
      "SELECT count(*) AS tables FROM sqlite_schema WHERE type = 'table' AND name IN ('document', 'chunk')",
    )
    .get();
  return row?.tables === 2;
}

function toListed(row: ReadRow): ListedDocument {
  const { id, chunk_count: chunkCount, size_bytes: sizeBytes, changed_at: changedAt } = row;
  if (isDocumentId(id)) return { id, chunkCount, sizeBytes, changedAt };
  throw new Failure('StoreDamaged', `The store lists ${JSON.stringify(id)}, which is no document id.`);
}
