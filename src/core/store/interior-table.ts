import type { Database, Statement } from 'bun:sqlite';
import type { ChunkRange } from './chunk-table.ts';

/** What is known to be inside document chunks: the hashes of their changes. Ids are those of the chunks. */
export class InteriorTable {
  readonly #find: Statement<{ hashes: Uint8Array }, [number]>;
  readonly #put: Statement<unknown, [Uint8Array, number]>;
  readonly #delete: Statement<unknown, ChunkRange>;
  readonly #move: Statement<unknown, [number, number, number]>;

  constructor(database: Database) {
    this.#find = database.prepare('SELECT hashes FROM interior WHERE id = ?');
    this.#put = database.prepare(
      'INSERT OR REPLACE INTO interior (id, hashes) SELECT id, ? FROM chunk WHERE id = ?',
    );
    this.#delete = database.prepare('DELETE FROM interior WHERE id BETWEEN ? AND ?');
    this.#move = database.prepare('UPDATE interior SET id = id + ? WHERE id BETWEEN ? AND ?');
  }

  find(id: number): Uint8Array | undefined {
    return this.#find.get(id)?.hashes;
  }

  /** Only where there is such a chunk. */
  put(id: number, hashes: Uint8Array): void {
    this.#put.run(hashes, id);
  }

  delete(range: ChunkRange): void {
    this.#delete.run(...range);
  }

  move(range: ChunkRange, distance: number): void {
    this.#move.run(distance, ...range);
  }
}
