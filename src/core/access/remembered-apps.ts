import type { Database } from 'bun:sqlite';
import type { Migration } from '../../platform/database.ts';
import type { Permission } from '../auth/permission.ts';
import type { Withdrawals } from '../auth/withdrawals.ts';
import { parseNamespace, type Namespace } from '../lexicon/namespace.ts';

export const rememberedAppTables: readonly Migration[] = [
  {
    name: 'remembered-app-1',
    sql: `CREATE TABLE remembered_app (
      client_id TEXT NOT NULL,
      namespace TEXT NOT NULL,
      permission TEXT NOT NULL,
      remembered_at INTEGER NOT NULL,
      PRIMARY KEY (client_id, namespace)
    ) STRICT, WITHOUT ROWID`,
  },
];

/** What every later device of a vouched app may do in one namespace, without being asked about. */
export interface RememberedApp {
  readonly clientId: string;
  readonly namespace: Namespace;
  readonly permission: Permission;
}

interface Row {
  readonly client_id: string;
  readonly namespace: string;
  readonly permission: string;
}

/** The apps that the owner approved with `--remember`: browsers make a new key every two weeks. */
export class RememberedApps {
  readonly #database: Database;
  readonly #withdrawals: Pick<Withdrawals, 'hasRememberedApp'>;

  constructor(database: Database, withdrawals: Pick<Withdrawals, 'hasRememberedApp'>) {
    this.#database = database;
    this.#withdrawals = withdrawals;
  }

  find(clientId: string, namespace: Namespace): RememberedApp | undefined {
    return this.list().find((one) => one.clientId === clientId && one.namespace === namespace);
  }

  list(): readonly RememberedApp[] {
    const sql = 'SELECT client_id, namespace, permission FROM remembered_app ORDER BY client_id, namespace';
    return this.#database
      .query<Row, []>(sql)
      .all()
      .map(toRememberedApp)
      .filter(({ clientId }) => !this.#withdrawals.hasRememberedApp(clientId));
  }

  put({ clientId, namespace, permission }: RememberedApp, now: number): void {
    this.#database
      .query(
        `INSERT OR REPLACE INTO remembered_app (client_id, namespace, permission, remembered_at)
          VALUES (?, ?, ?, ?)`,
      )
      .run(clientId, namespace, permission, now);
  }

  delete(clientId: string): void {
    this.#database.query('DELETE FROM remembered_app WHERE client_id = ?').run(clientId);
  }
}

function toRememberedApp(row: Row): RememberedApp {
  return {
    clientId: row.client_id,
    namespace: parseNamespace(row.namespace),
    permission: row.permission === 'read-write' ? 'read-write' : 'read',
  };
}
