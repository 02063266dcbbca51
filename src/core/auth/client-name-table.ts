import type { Database } from 'bun:sqlite';
import type { Migration } from '../../platform/database.ts';

export const clientNameTables: readonly Migration[] = [
  {
    name: 'client-name-1',
    sql: `CREATE TABLE client_name (
      client_id TEXT PRIMARY KEY,
      name TEXT,
      fetched_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`,
  },
];

export interface FetchedName {
  /** Null where the metadata gave none. */
  readonly name: string | null;
  /** Milliseconds since 1970. */
  readonly fetchedAt: number;
}

/** The SQL of what vouched apps are called, the last fetched two hundred. */
export class ClientNameTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  find(clientId: string): FetchedName | undefined {
    const sql = 'SELECT name, fetched_at AS fetchedAt FROM client_name WHERE client_id = ?';
    return this.#database.query<FetchedName, [string]>(sql).get(clientId) ?? undefined;
  }

  put(clientId: string, { name, fetchedAt }: FetchedName): void {
    this.#database
      .query('INSERT OR REPLACE INTO client_name (client_id, name, fetched_at) VALUES (?, ?, ?)')
      .run(clientId, name, fetchedAt);
    this.#database.run(`DELETE FROM client_name WHERE client_id NOT IN
      (SELECT client_id FROM client_name ORDER BY fetched_at DESC, client_id LIMIT 200)`);
  }
}
