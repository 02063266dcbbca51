import type { Database } from 'bun:sqlite';
import type { Migration } from '../../platform/database.ts';
import type { Namespace } from '../lexicon/namespace.ts';

export const rootDocumentTables: readonly Migration[] = [
  {
    name: 'root-document-1',
    sql: `CREATE TABLE root_document (
      app TEXT NOT NULL,
      namespace TEXT NOT NULL,
      url TEXT NOT NULL,
      kept_at INTEGER NOT NULL,
      PRIMARY KEY (app, namespace)
    ) STRICT, WITHOUT ROWID`,
  },
];

/** The first document of an app in a namespace, by which all its devices find the others. */
export class RootDocuments {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The `automerge:` URL kept for this app, or undefined. `app` is an `appKey`. */
  find(app: string, namespace: Namespace): string | undefined {
    const sql = 'SELECT url FROM root_document WHERE app = ? AND namespace = ?';
    return this.#database.query<{ url: string }, [string, string]>(sql).get(app, namespace)?.url;
  }

  /** Keeps `url` if it is the first; gives the one that is kept. */
  keepFirst(kept: { app: string; namespace: Namespace; url: string }, now: number): string {
    this.#database
      .query('INSERT OR IGNORE INTO root_document (app, namespace, url, kept_at) VALUES (?, ?, ?, ?)')
      .run(kept.app, kept.namespace, kept.url, now);
    return this.find(kept.app, kept.namespace) ?? kept.url;
  }
}
