import type { Database } from 'bun:sqlite';
import type { Migration } from '../../platform/database.ts';

const mostKept = 1000;

export const endedTokenTables: readonly Migration[] = [
  {
    name: 'ended-token-1',
    sql: `CREATE TABLE ended_token (
      id INTEGER PRIMARY KEY,
      hash BLOB NOT NULL UNIQUE,
      device_id TEXT NOT NULL
    ) STRICT`,
  },
];

/** A sync token that opens nothing any more, by its hash, and whose it was. */
export interface EndedToken {
  readonly hash: Uint8Array;
  readonly deviceId: string;
}

/** The last thousand sync tokens that ended, so that a page that keeps knocking is known by its own also after a restart. */
export class EndedTokens {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Runs inside the transaction that ends them. */
  keep(ended: readonly EndedToken[]): void {
    const insert = this.#database.query(
      'INSERT INTO ended_token (hash, device_id) VALUES (?, ?) ON CONFLICT DO NOTHING',
    );
    for (const { hash, deviceId } of ended) insert.run(hash, deviceId);
    if (ended.length === 0) return;
    this.#database
      .query('DELETE FROM ended_token WHERE id <= (SELECT max(id) FROM ended_token) - ?')
      .run(mostKept);
  }

  /** The first ended first. */
  list(): readonly EndedToken[] {
    const sql = 'SELECT hash, device_id AS deviceId FROM ended_token ORDER BY id';
    return this.#database.query<EndedToken, []>(sql).all();
  }
}
