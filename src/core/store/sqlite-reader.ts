import type { Database } from 'bun:sqlite';
import type { ReadOnlyDatabase } from '../../platform/read-only-database.ts';
import { Failure } from '../failure.ts';
import { isDocumentId, type DocumentId } from './document-id.ts';
import type { Heads } from './document-store.ts';
import type { ListedDocument, NamespaceReader, NamespaceSummary, ReadDocument } from './namespace-reader.ts';

const pageSize = 500;
const headBytes = 32;

interface FactsRow {
  readonly id: string;
  readonly chunk_count: number;
  readonly size_bytes: number;
  readonly changed_at: number;
}

interface ChunkRow {
  readonly heads: Uint8Array;
  readonly bytes: Uint8Array | null;
}

/** Reads `documents.sqlite`, one statement and so one short transaction at a time. */
export class SqliteReader implements NamespaceReader {
  readonly #database: ReadOnlyDatabase;

  constructor(database: ReadOnlyDatabase) {
    this.#database = database;
  }

  async summary(): Promise<NamespaceSummary> {
    const row = await this.#read(undefined, (database) =>
      database
        .query<{ documents: number; bytes: number | null; changed_at: number | null }, []>(
          `SELECT count(*) AS documents, sum(size_bytes) AS bytes, max(changed_at) AS changed_at
           FROM (${factsFrom(database)})`,
        )
        .get(),
    );
    return {
      documentCount: row?.documents ?? 0,
      sizeBytes: row?.bytes ?? 0,
      changedAt: row?.changed_at ?? undefined,
    };
  }

  async *list(): AsyncGenerator<ListedDocument> {
    let after = '';
    for (;;) {
      const page = await this.#read([], (database) =>
        database
          .query<FactsRow, [string, number]>(`${factsFrom(database)} AND id > ? ORDER BY id LIMIT ?`)
          .all(after, pageSize),
      );
      for (const row of page) yield toListed(row);
      const last = page.at(-1);
      if (!last || page.length < pageSize) return;
      after = last.id;
    }
  }

  async facts(id: DocumentId): Promise<ListedDocument | undefined> {
    const row = await this.#read(undefined, (database) =>
      database.query<FactsRow, [string]>(`${factsFrom(database)} AND id = ?`).get(id),
    );
    return row ? toListed(row) : undefined;
  }

  async load(id: DocumentId): Promise<ReadDocument | undefined> {
    const rows = await this.#read([], (database) =>
      database
        .query<ChunkRow, [string]>(
          `SELECT 0 AS place, heads, NULL AS bytes FROM document WHERE id = ?1 AND chunk_count > 0
           UNION ALL
           SELECT chunk.id, heads, chunk.bytes FROM document JOIN chunk
             ON chunk.id >= number * 1048576 AND chunk.id < (number + 1) * 1048576
           WHERE document.id = ?1 AND chunk_count > 0
           UNION ALL
           SELECT chunk_id, tail.heads, tail.bytes FROM document JOIN ${tailOf(database)} AS tail
             ON chunk_id >= number * 1048576 AND chunk_id < (number + 1) * 1048576
           WHERE document.id = ?1 AND chunk_count > 0
           ORDER BY 1`,
        )
        .all(id),
    );
    const newest = rows.at(-1);
    if (!newest) return undefined;
    return { heads: toHeads(newest.heads), chunks: rows.flatMap(({ bytes }) => (bytes ? [bytes] : [])) };
  }

  [Symbol.dispose](): void {
    this.#database[Symbol.dispose]();
  }

  /** `empty` for a database that a server made and has not filled with its tables yet. */
  #read<Result, Empty>(empty: Empty, query: (database: Database) => Result): Promise<Result | Empty> {
    return this.#database.read((database) => (hasTables(database) ? query(database) : empty));
  }
}

/** What is listed of each document, with its changes in the tail; more conditions may follow. */
function factsFrom(database: Database): string {
  return `
    SELECT id, chunk_count + ifnull(tail_count, 0) AS chunk_count, size_bytes + ifnull(tail_bytes, 0) AS size_bytes,
      ifnull(tail_changed_at, changed_at) AS changed_at
    FROM document LEFT JOIN (
      SELECT chunk_id / 1048576 AS tail_number, count(*) AS tail_count, sum(length(bytes)) AS tail_bytes,
        max(changed_at) AS tail_changed_at
      FROM ${tailOf(database)} GROUP BY tail_number) ON tail_number = number
    WHERE chunk_count > 0`;
}

/** A server of the first version keeps none, and has not made its table. */
function tailOf(database: Database): string {
  const row = database.query("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'tail'").get();
  if (row !== null) return 'tail';
  return "(SELECT 0 AS chunk_id, x'' AS bytes, x'' AS heads, 0 AS changed_at WHERE 0)";
}

function hasTables(database: Database): boolean {
  const row = database
    .query<{ tables: number }, []>(
      "SELECT count(*) AS tables FROM sqlite_schema WHERE type = 'table' AND name IN ('document', 'chunk')",
    )
    .get();
  return row?.tables === 2;
}

function toListed(row: FactsRow): ListedDocument {
  const { id, chunk_count: chunkCount, size_bytes: sizeBytes, changed_at: changedAt } = row;
  if (isDocumentId(id)) return { id, chunkCount, sizeBytes, changedAt };
  throw new Failure('StoreDamaged', `The store lists ${JSON.stringify(id)}, which is no document id.`);
}

function toHeads(blob: Uint8Array): Heads {
  const heads: string[] = [];
  for (let at = 0; at < blob.length; at += headBytes) heads.push(blob.subarray(at, at + headBytes).toHex());
  return heads;
}
