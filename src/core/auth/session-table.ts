import type { Database } from 'bun:sqlite';
import type { Migration } from '../../platform/database.ts';
import { parseNamespace, type Namespace } from '../lexicon/namespace.ts';
import { writeControl } from '../store/control-database.ts';
import type { Permission } from './permission.ts';
import type { EndedToken } from './ended-token-table.ts';

export const sessionTables: readonly Migration[] = [
  {
    name: 'session-1',
    sql: `CREATE TABLE session (
      id TEXT PRIMARY KEY,
      hash BLOB NOT NULL UNIQUE,
      device_id TEXT NOT NULL,
      namespace TEXT NOT NULL,
      origin TEXT,
      permission TEXT NOT NULL,
      root_document_url TEXT,
      issued_at INTEGER NOT NULL,
      last_used_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX session_by_device ON session (device_id, namespace)`,
  },
];

/** A device's admission to one namespace. */
export interface Session {
  readonly id: string;
  readonly deviceId: string;
  readonly namespace: Namespace;
  readonly permission: Permission;
  readonly rootDocumentUrl: string | undefined;
}

/** A session with what its token is bound to. Times in milliseconds since 1970. */
export interface StoredSession extends Session {
  readonly origin: string | undefined;
  readonly issuedAt: number;
  readonly lastUsedAt: number;
}

/** The sessions of one device: how many, and when one was last used. */
export interface SessionUse {
  readonly count: number;
  readonly lastUsedAt: number;
}

interface Row {
  readonly id: string;
  readonly device_id: string;
  readonly namespace: string;
  readonly origin: string | null;
  readonly permission: string;
  readonly root_document_url: string | null;
  readonly issued_at: number;
  readonly last_used_at: number;
}

interface EndedRow {
  readonly hash: Uint8Array;
  readonly device_id: string;
}

const columns = 'id, device_id, namespace, origin, permission, root_document_url, issued_at, last_used_at';

/** All but so many, the second `?`: those issued after the first `?` go first, then the longest unused. */
const beyondLatestUsed =
  'ORDER BY issued_at > ?, last_used_at DESC, issued_at DESC, rowid DESC LIMIT -1 OFFSET ?';

interface Room {
  readonly most: number;
  readonly latest: number;
}

/** The SQL of sessions; what they mean is in session.ts. */
export class SessionTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  inTransaction<Result>(work: () => Result): Result {
    return writeControl(this.#database, work);
  }

  findByHash(hash: Uint8Array): StoredSession | undefined {
    const sql = `SELECT ${columns} FROM session WHERE hash = ?`;
    const row = this.#database.query<Row, [Uint8Array]>(sql).get(hash);
    return row === null ? undefined : toSession(row);
  }

  insert(session: StoredSession, hash: Uint8Array): void {
    this.#database
      .query(
        `INSERT INTO session (hash, ${columns}) VALUES ($hash, $id, $deviceId, $namespace, $origin,
          $permission, $rootDocumentUrl, $issuedAt, $lastUsedAt)`,
      )
      .run({
        ...session,
        hash,
        origin: session.origin ?? null,
        rootDocumentUrl: session.rootDocumentUrl ?? null,
      });
  }

  /**
   * Drops the longest unused sessions of this device, namespace and Origin until `most` are left. Those issued after
   * `latest` go first: their times are those of another clock.
   */
  trim(
    of: Pick<StoredSession, 'deviceId' | 'namespace' | 'origin'>,
    { most, latest }: Room,
  ): readonly EndedToken[] {
    return this.#database
      .query<EndedRow, [string, string, string | null, number, number]>(
        `DELETE FROM session WHERE id IN (SELECT id FROM session
          WHERE device_id = ? AND namespace = ? AND origin IS ? ${beyondLatestUsed})
          RETURNING hash, device_id`,
      )
      .all(of.deviceId, of.namespace, of.origin ?? null, latest, most)
      .map(toEnded);
  }

  /** The same of all that this device has. */
  trimDevice(deviceId: string, { most, latest }: Room): readonly EndedToken[] {
    const sql = `DELETE FROM session WHERE id IN (SELECT id FROM session WHERE device_id = ? ${beyondLatestUsed})
      RETURNING hash, device_id`;
    return this.#database
      .query<EndedRow, [string, number, number]>(sql)
      .all(deviceId, latest, most)
      .map(toEnded);
  }

  deleteBefore(limits: { readonly issuedAt: number; readonly lastUsedAt: number }): readonly EndedToken[] {
    const sql = 'DELETE FROM session WHERE issued_at <= ? OR last_used_at <= ? RETURNING hash, device_id';
    return this.#database
      .query<EndedRow, [number, number]>(sql)
      .all(limits.issuedAt, limits.lastUsedAt)
      .map(toEnded);
  }

  deleteOfDevice(deviceId: string): readonly EndedToken[] {
    const sql = 'DELETE FROM session WHERE device_id = ? RETURNING hash, device_id';
    return this.#database.query<EndedRow, [string]>(sql).all(deviceId).map(toEnded);
  }

  deleteAll(): readonly EndedToken[] {
    const sql = 'DELETE FROM session RETURNING hash, device_id';
    return this.#database.query<EndedRow, []>(sql).all().map(toEnded);
  }

  setPermission(deviceId: string, namespace: Namespace, permission: Permission): void {
    this.#database
      .query('UPDATE session SET permission = ? WHERE device_id = ? AND namespace = ?')
      .run(permission, deviceId, namespace);
  }

  setLastUsed(uses: ReadonlyMap<string, number>): void {
    const update = this.#database.query('UPDATE session SET last_used_at = ? WHERE id = ?');
    this.inTransaction(() => {
      for (const [id, at] of uses) update.run(at, id);
    });
  }

  usesByDevice(): ReadonlyMap<string, SessionUse> {
    const sql = `SELECT device_id AS deviceId, count(*) AS count, max(last_used_at) AS lastUsedAt
      FROM session GROUP BY device_id`;
    const rows = this.#database.query<SessionUse & { readonly deviceId: string }, []>(sql).all();
    return new Map(rows.map(({ deviceId, count, lastUsedAt }) => [deviceId, { count, lastUsedAt }]));
  }
}

function toEnded({ hash, device_id }: EndedRow): EndedToken {
  return { hash, deviceId: device_id };
}

function toSession(row: Row): StoredSession {
  return {
    id: row.id,
    deviceId: row.device_id,
    namespace: parseNamespace(row.namespace),
    permission: row.permission === 'read-write' ? 'read-write' : 'read',
    rootDocumentUrl: row.root_document_url ?? undefined,
    origin: row.origin ?? undefined,
    issuedAt: row.issued_at,
    lastUsedAt: row.last_used_at,
  };
}
