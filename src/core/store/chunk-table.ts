import type { Database, Statement } from 'bun:sqlite';

/** How many chunks one document number has room for: a chunk's id is number · 2²⁰ + sequence. */
export const sequenceLimit = 2 ** 20;

/** The id of a chunk, and the place of all chunks of a document in one range of ids. */
export function chunkId(number: number, sequence: number): number {
  return number * sequenceLimit + sequence;
}

/** The ids that chunks of a document may have, both ends included. */
export function documentRange(number: number): ChunkRange {
  return [chunkId(number, 0), chunkId(number, sequenceLimit - 1)];
}

export interface ChunkRow {
  readonly id: number;
  readonly bytes: Uint8Array;
  readonly has_interior: 0 | 1;
}

interface Totals {
  readonly count: number;
  readonly size_bytes: number;
}

interface Unchecked {
  readonly count: number;
  /** Document chunks whose changes inside nobody knows. */
  readonly claims: number;
}

export type ChunkRange = [first: number, last: number];

const selection = `SELECT chunk.id AS id, bytes, interior.id IS NOT NULL AS has_interior
  FROM chunk LEFT JOIN interior ON interior.id = chunk.id`;

/** The bytes of all documents of a namespace. Ranges of ids include both ends. */
export class ChunkTable {
  readonly #range: Statement<ChunkRow, ChunkRange>;
  readonly #ids: Statement<{ id: number }, ChunkRange>;
  readonly #one: Statement<ChunkRow, [number]>;
  readonly #totals: Statement<Totals, ChunkRange>;
  readonly #unchecked: Statement<Unchecked, ChunkRange>;
  readonly #insert: Statement<unknown, [number, Uint8Array]>;
  readonly #delete: Statement<unknown, ChunkRange>;
  readonly #move: Statement<unknown, [number, number, number]>;

  constructor(database: Database) {
    this.#range = database.prepare(`${selection} WHERE chunk.id BETWEEN ? AND ? ORDER BY chunk.id`);
    this.#ids = database.prepare('SELECT id FROM chunk WHERE id BETWEEN ? AND ? ORDER BY id');
    this.#one = database.prepare(`${selection} WHERE chunk.id = ?`);
    this.#totals = database.prepare(
      'SELECT count(*) AS count, ifnull(sum(length(bytes)), 0) AS size_bytes FROM chunk WHERE id BETWEEN ? AND ?',
    );
    // The ninth byte of an Automerge chunk is its type: 0 of a document.
    this.#unchecked = database.prepare(
      `SELECT count(*) AS count,
         count(CASE WHEN substr(bytes, 9, 1) = x'00' AND interior.id IS NULL THEN 1 END) AS claims
       FROM chunk LEFT JOIN interior ON interior.id = chunk.id WHERE chunk.id BETWEEN ? AND ?`,
    );
    this.#insert = database.prepare('INSERT INTO chunk (id, bytes) VALUES (?, ?)');
    this.#delete = database.prepare('DELETE FROM chunk WHERE id BETWEEN ? AND ?');
    this.#move = database.prepare('UPDATE chunk SET id = id + ? WHERE id BETWEEN ? AND ?');
  }

  /** The chunks of a range in order. */
  range(range: ChunkRange): readonly ChunkRow[] {
    return this.#range.all(...range);
  }

  /** The ids in a range in order. */
  ids(range: ChunkRange): readonly number[] {
    return this.#ids.all(...range).map(({ id }) => id);
  }

  find(id: number): ChunkRow | undefined {
    return this.#one.get(id) ?? undefined;
  }

  totals(range: ChunkRange): { readonly count: number; readonly sizeBytes: number } {
    const totals = this.#totals.get(...range);
    return { count: totals?.count ?? 0, sizeBytes: totals?.size_bytes ?? 0 };
  }

  /** What a range holds that was not opened, where nothing in it was. */
  unchecked(range: ChunkRange): Unchecked {
    return this.#unchecked.get(...range) ?? { count: 0, claims: 0 };
  }

  insert(id: number, bytes: Uint8Array): void {
    this.#insert.run(id, bytes);
  }

  delete(range: ChunkRange): void {
    this.#delete.run(...range);
  }

  /** Adds `distance` to the ids of a range. */
  move(range: ChunkRange, distance: number): void {
    this.#move.run(distance, ...range);
  }
}
