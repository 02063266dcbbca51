import type { Database } from 'bun:sqlite';
import { whyNotChunks } from '../format/whole-chunks.ts';
import { documentRange, sequenceLimit } from './chunk-table.ts';
import { expectedSchema, hasTable, readSchema } from './database-schema.ts';
import { documentTablesMigrations } from './documents-database.ts';
import { isEmptied } from './emptied-store.ts';
import { errorCode } from './error-code.ts';
import { decodeHeads } from './heads.ts';
import type { LaidChunk, LaidDocument } from './laid-document.ts';
import { sha256 } from './sha256.ts';
import type { StoreFinding } from './store-finding.ts';
import type { ReadRow, TailView } from './tail-view.ts';
import { integrityProblems } from './integrity.ts';

interface LaidRow {
  readonly id: number;
  readonly bytes: Uint8Array;
  readonly hashes: Uint8Array | null;
}

const unreadable = 'the database is broken where it lies';

/** The chunks of a document in its database and its tail, each checked by itself. */
export function layDocument(database: Database, tail: TailView, row: ReadRow): LaidDocument {
  const { id, heads, chunk_count: chunkCount, size_bytes: sizeBytes } = tail.over(row);
  const stored = readRows(database, row);
  const tailed = tail.changes(row).map(({ id: sequence, change }): LaidChunk => {
    const problem = change ? whyNotChunks(change.bytes) : 'its record in the tail is damaged';
    return { sequence, bytes: change?.bytes, problem };
  });
  return { id, chunks: [...stored, ...tailed], record: { heads: decodeHeads(heads), chunkCount, sizeBytes } };
}

function readRows(database: Database, { number }: ReadRow): readonly LaidChunk[] {
  const [columns, join] = hasTable(database, 'interior')
    ? ['hashes', 'LEFT JOIN interior ON interior.id = chunk.id']
    : ['NULL AS hashes', ''];
  const select = `SELECT chunk.id AS id, bytes, ${columns} FROM chunk ${join}`;
  const range = documentRange(number);
  try {
    return database
      .query<LaidRow, [number, number]>(`${select} WHERE chunk.id BETWEEN ? AND ? ORDER BY chunk.id`)
      .all(...range)
      .map(layRow);
  } catch (error) {
    if (!isCorruption(error)) throw error;
  }
  const one = database.query<LaidRow, [number]>(`${select} WHERE chunk.id = ?`);
  return idsOf(database, range).map((id) => {
    try {
      const row = one.get(id);
      return row ? layRow(row) : { sequence: id, bytes: undefined, problem: unreadable };
    } catch (error) {
      if (!isCorruption(error)) throw error;
      return { sequence: id, bytes: undefined, problem: unreadable };
    }
  });
}

/** As many as can be read in order. */
function idsOf(database: Database, range: readonly [number, number]): readonly number[] {
  const ids: number[] = [];
  try {
    const sql = 'SELECT id FROM chunk WHERE id BETWEEN ? AND ? ORDER BY id';
    for (const { id } of database.query<{ id: number }, [number, number]>(sql).iterate(...range))
      ids.push(id);
  } catch (error) {
    if (!isCorruption(error)) throw error;
  }
  return ids;
}

function layRow({ id, bytes, hashes }: LaidRow): LaidChunk {
  return { sequence: id, bytes, problem: whyNotChunks(bytes), interior: hashes ?? undefined };
}

function isCorruption(error: unknown): boolean {
  return errorCode(error)?.startsWith('SQLITE_CORRUPT') ?? false;
}

const emptied =
  'its store is empty: not even its tables are there, and the documents it had are not in it. Bring it back from a backup; a repair sets it aside, with what is whole in its tail, and makes no other';

/** What is wrong with the database of a namespace, its tables, and the rows that belong to no document. */
export function databaseFindings(database: Database, hadDocuments: boolean): readonly StoreFinding[] {
  const problems = integrityProblems(database);
  const schema = readSchema(database);
  if (problems.length === 0 && isEmptied(database)) {
    // Else a server made it and has not filled it yet.
    if (hadDocuments) return [{ kind: 'database', problem: emptied }];
    if (schema.length === 0) return [];
  }
  const expected = expectedSchema(database, documentTablesMigrations);
  if (expected !== undefined && expected.join() !== schema.join()) {
    problems.push('its tables are not those that groundmist makes');
  }
  const found = problems.map((problem): StoreFinding => ({ kind: 'database', problem }));
  try {
    return [...found, ...foreignRows(database), ...quarantineFindings(database)];
  } catch (error) {
    if (errorCode(error)?.startsWith('SQLITE_') && found.length > 0) return found;
    throw error;
  }
}

/** Rows that no document owns: they are there, and nothing would ever read them. */
function foreignRows(database: Database): readonly StoreFinding[] {
  const found: StoreFinding[] = [];
  for (const table of ['chunk', 'interior']) {
    if (!hasTable(database, table)) continue;
    const row = database
      .query<{ rows: number }, []>(
        `SELECT count(*) AS rows FROM ${table} WHERE NOT EXISTS (
           SELECT 1 FROM document WHERE number = ${table}.id / ${sequenceLimit}
             AND next_sequence > ${table}.id % ${sequenceLimit})`,
      )
      .get();
    if (row && row.rows > 0) {
      found.push({ kind: 'record', problem: `${row.rows} rows of "${table}" belong to no document` });
    }
  }
  return found;
}

function quarantineFindings(database: Database): readonly StoreFinding[] {
  if (!hasColumn(database, 'quarantine', 'sha256')) return [];
  const rows = database.query<{ place: number; bytes: Uint8Array; sha256: Uint8Array }, []>(
    'SELECT place, bytes, sha256 FROM quarantine WHERE sha256 IS NOT NULL ORDER BY place',
  );
  const found: StoreFinding[] = [];
  for (const { place, bytes, sha256: recorded } of rows.iterate()) {
    if (Buffer.from(sha256(bytes)).equals(recorded)) continue;
    found.push({ kind: 'quarantine', problem: `chunk ${place} in quarantine is not as it was put there` });
  }
  return found;
}

function hasColumn(database: Database, table: string, column: string): boolean {
  const sql = 'SELECT 1 FROM pragma_table_info(?) WHERE name = ?';
  return database.query(sql).get(table, column) !== null;
}
