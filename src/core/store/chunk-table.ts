import type { Database, Statement } from 'bun:sqlite';

/** How many chunks one document number has room for: a chunk's id is number · 2²⁰ + sequence. */
export const sequenceLimit = 2 ** 20;

/** The id of a chunk, and the place of all chunks of a document in one range of ids. */
export function chunkId(number: number, sequence: number): number {
  return number * sequenceLimit + sequence;
}

interface Totals {
  readonly count: number;
  readonly size_bytes: number;
}

type Range = [first: number, last: number];

/** The bytes of all documents of a namespace. Ranges of ids include both ends. */
export class ChunkTable {
  readonly #range: Statement<{ bytes: Uint8Array }, Range>;
  readonly #totals: Statement<Totals, Range>;
  readonly #insert: Statement<unknown, [number, Uint8Array]>;
  readonly #delete: Statement<unknown, Range>;
  readonly #move: Statement<unknown, [number, number, number]>;

  constructor(database: Database) {
    this.#range = database.prepare('SELECT bytes FROM chunk WHERE id BETWEEN ? AND ? ORDER BY id');
    this.#totals = database.prepare(
      'SELECT count(*) AS count, ifnull(sum(length(bytes)), 0) AS size_bytes FROM chunk WHERE id BETWEEN ? AND ?',
    );
    this.#insert = database.prepare('INSERT INTO chunk (id, bytes) VALUES (?, ?)');
    this.#delete = database.prepare('DELETE FROM chunk WHERE id BETWEEN ? AND ?');
    this.#move = database.prepare('UPDATE chunk SET id = id + ? WHERE id BETWEEN ? AND ?');
  }

  /** The chunks of a document in order. */
  ofDocument(number: number): readonly Uint8Array[] {
    return this.#range.all(...documentRange(number)).map(({ bytes }) => bytes);
  }

  totals(number: number): { readonly count: number; readonly sizeBytes: number } {
    const totals = this.#totals.get(...documentRange(number));
    return { count: totals?.count ?? 0, sizeBytes: totals?.size_bytes ?? 0 };
  }

  insert(id: number, bytes: Uint8Array): void {
    this.#insert.run(id, bytes);
  }

  delete(first: number, last: number): void {
    this.#delete.run(first, last);
  }

  /** Adds `distance` to the ids of a document's chunks from `first` on. */
  move(number: number, first: number, distance: number): void {
    this.#move.run(distance, first, chunkId(number, sequenceLimit - 1));
  }
}

function documentRange(number: number): Range {
  return [chunkId(number, 0), chunkId(number, sequenceLimit - 1)];
}
