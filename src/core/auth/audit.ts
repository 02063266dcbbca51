import type { Database } from 'bun:sqlite';
import type { Migration } from '../../platform/database.ts';

const mostEntries = 10_000;

export const auditTables: readonly Migration[] = [
  {
    name: 'audit-1',
    sql: `CREATE TABLE audit (
      id INTEGER PRIMARY KEY,
      at INTEGER NOT NULL,
      event TEXT NOT NULL,
      details TEXT NOT NULL
    ) STRICT`,
  },
];

export type AuditEvent =
  | 'requested'
  | 'approved'
  | 'remembered'
  | 'forgotten'
  | 'denied'
  | 'pairing-began'
  | 'pairing-opened'
  | 'admitted'
  | 'admitted-remembered'
  | 'revoked'
  | 'plain-http-refused';

export interface AuditEntry {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly event: string;
  /** JSON of who and what; never a token or a key. */
  readonly details: string;
}

/** What the owner and the apps did, the last ten thousand entries. */
export class Audit {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  note(event: AuditEvent, details: Readonly<Record<string, string | undefined>>, now: number): void {
    const { lastInsertRowid } = this.#database
      .query('INSERT INTO audit (at, event, details) VALUES (?, ?, ?)')
      .run(now, event, JSON.stringify(details));
    this.#database.query('DELETE FROM audit WHERE id <= ?').run(Number(lastInsertRowid) - mostEntries);
  }

  /** The newest entries first. */
  list(limit: number): readonly AuditEntry[] {
    const sql = 'SELECT at, event, details FROM audit ORDER BY id DESC LIMIT ?';
    return this.#database.query<AuditEntry, [number]>(sql).all(limit);
  }
}
