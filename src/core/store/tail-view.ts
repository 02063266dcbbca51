import type { Database } from 'bun:sqlite';
import type { DocumentId } from './document-id.ts';
import { byDocument, overlay, type Tailed } from './tail-overlay.ts';
import { recoverTailFile } from './tail-reading.ts';
import type { RecoveredChange } from './tail-recovery.ts';
import { decodeSalt } from './tail-table.ts';

/** What a reader knows of a document. */
export interface ReadRow {
  readonly number: number;
  readonly id: DocumentId;
  readonly heads: Uint8Array;
  readonly chunk_count: number;
  readonly size_bytes: number;
  readonly next_sequence: number;
  readonly changed_at: number;
}

export const readColumns = 'number, id, heads, chunk_count, size_bytes, next_sequence, changed_at';

interface OldRow {
  readonly chunk_id: number;
  readonly heads: Uint8Array;
  readonly changed_at: number;
  readonly bytes: Uint8Array;
}

/** The documents of a database with what lies in the tail beside it, for whoever only reads both. */
export class TailView {
  readonly #tailed = new Map<number, Tailed<ReadRow>>();
  /** Whether a change is damaged; or only being written while it was read. */
  readonly isDoubtful: boolean;

  /** `bytes` of the file, which has to be read before the transaction of `database` begins. Throws as `recoverTailFile`. */
  constructor(database: Database, path: string, bytes: Buffer | undefined) {
    const changes = changesOf(database, path, bytes);
    this.isDoubtful = changes.some(({ change }) => change === undefined);
    const find = database.query<ReadRow, [number]>(`SELECT ${readColumns} FROM document WHERE number = ?`);
    for (const [number, ofDocument] of byDocument(changes)) {
      const row = find.get(number);
      const tailed = row && overlay(row, ofDocument);
      if (tailed) this.#tailed.set(number, tailed);
    }
  }

  over(row: ReadRow): ReadRow {
    return this.#tailed.get(row.number)?.row ?? row;
  }

  chunks(row: ReadRow): readonly Uint8Array[] {
    return this.changes(row).flatMap(({ change }) => change?.bytes ?? []);
  }

  /** What the tail has of a document, damaged changes included. */
  changes({ number }: ReadRow): readonly RecoveredChange[] {
    return this.#tailed.get(number)?.changes ?? [];
  }

  get sizeBytes(): number {
    const changes = [...this.#tailed.values()].flatMap((tailed) => tailed.changes);
    return changes.reduce((sum, { change }) => sum + (change?.bytes.length ?? 0), 0);
  }

  /** Of the newest change; 0 without one. */
  get changedAt(): number {
    return [...this.#tailed.values()].reduce((newest, { row }) => Math.max(newest, row.changed_at), 0);
  }
}

function changesOf(database: Database, path: string, bytes: Buffer | undefined): readonly RecoveredChange[] {
  if (hasTable(database, 'tail')) return oldChanges(database);
  if (!hasTable(database, 'tail_file')) return [];
  const row = database.query<{ salt: Uint8Array }, []>('SELECT salt FROM tail_file').get();
  return row ? recoverTailFile(path, bytes, decodeSalt(row.salt)) : [];
}

/** Of a database that no server has opened since the tail was a table. */
function oldChanges(database: Database): readonly RecoveredChange[] {
  const rows = database.query<OldRow, []>(
    'SELECT chunk_id, heads, changed_at, bytes FROM tail ORDER BY place',
  );
  return rows.all().map(({ chunk_id: id, heads, changed_at: changedAt, bytes }) => {
    return { id, change: { id, heads, changedAt, bytes } };
  });
}

function hasTable(database: Database, name: string): boolean {
  const sql = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?";
  return database.query(sql).get(name) !== null;
}
