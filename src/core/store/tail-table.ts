import type { Database, Statement } from 'bun:sqlite';

export interface TailRow {
  /** Ascending in the order of the writes. */
  readonly place: number;
  readonly chunk_id: number;
  readonly heads: Uint8Array;
  readonly changed_at: number;
  readonly bytes: Uint8Array;
}

/** The newest changes of all documents in the order they came, so that a group of them touches one page or two. */
export class TailTable {
  readonly #all: Statement<TailRow, []>;
  readonly #insert: Statement<{ place: number }, [number, Uint8Array, number, Uint8Array]>;
  readonly #delete: Statement<unknown, [number]>;
  readonly #clear: Statement<unknown, []>;

  constructor(database: Database) {
    this.#all = database.prepare('SELECT place, chunk_id, heads, changed_at, bytes FROM tail ORDER BY place');
    this.#insert = database.prepare(
      'INSERT INTO tail (chunk_id, heads, changed_at, bytes) VALUES (?, ?, ?, ?) RETURNING place',
    );
    this.#delete = database.prepare('DELETE FROM tail WHERE place = ?');
    this.#clear = database.prepare('DELETE FROM tail');
  }

  all(): readonly TailRow[] {
    return this.#all.all();
  }

  insert(row: Omit<TailRow, 'place'>): TailRow {
    const inserted = this.#insert.get(row.chunk_id, row.heads, row.changed_at, row.bytes);
    if (inserted === null) throw new Error('SQLite gave no place to a change');
    return { ...row, place: inserted.place };
  }

  delete(place: number): void {
    this.#delete.run(place);
  }

  clear(): void {
    this.#clear.run();
  }
}
