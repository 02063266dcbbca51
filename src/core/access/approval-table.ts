import type { Database } from 'bun:sqlite';
import type { Migration } from '../../platform/database.ts';
import type { DeviceDescription } from '../auth/device.ts';
import { fromAppColumns, toAppColumns, type AppColumns } from '../auth/app.ts';
import type { Permission } from '../auth/permission.ts';
import type { Withdrawals } from '../auth/withdrawals.ts';
import { parseNamespace, type Namespace } from '../lexicon/namespace.ts';

export const approvalTables: readonly Migration[] = [
  {
    name: 'approval-1',
    sql: `CREATE TABLE approval (
      id TEXT PRIMARY KEY,
      thumbprint TEXT NOT NULL,
      namespace TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('waiting', 'approved', 'denied')),
      permission TEXT NOT NULL,
      app_kind TEXT NOT NULL,
      app_name TEXT,
      origin TEXT,
      user_agent TEXT,
      address TEXT NOT NULL,
      asked_at INTEGER NOT NULL,
      answered_at INTEGER,
      expires_at INTEGER,
      UNIQUE (thumbprint, namespace)
    ) STRICT`,
  },
];

/** How long a question stands, and how long a "no" is repeated without asking again. */
export const approvalLifeMs = 10 * 60_000;

/** What expires later than this from now was written by a clock that has been set back since. */
const longestLifeMs = 2 * approvalLifeMs;

export type ApprovalState = 'waiting' | 'approved' | 'denied';

/** What the owner answered, or must answer, for one key and one namespace. Times in milliseconds since 1970. */
export interface Approval extends DeviceDescription {
  readonly id: string;
  readonly namespace: Namespace;
  readonly state: ApprovalState;
  /** What was granted; of no meaning before. */
  readonly permission: Permission;
  readonly address: string;
  readonly askedAt: number;
  readonly answeredAt: number | undefined;
  /** An approved one stays. */
  readonly expiresAt: number | undefined;
}

interface Row extends AppColumns {
  readonly id: string;
  readonly thumbprint: string;
  readonly namespace: string;
  readonly state: ApprovalState;
  readonly permission: Permission;
  readonly origin: string | null;
  readonly user_agent: string | null;
  readonly address: string;
  readonly asked_at: number;
  readonly answered_at: number | null;
  readonly expires_at: number | null;
}

const columns = `id, thumbprint, namespace, state, permission, app_kind, app_name, origin, user_agent,
  address, asked_at, answered_at, expires_at`;

/** The SQL of approvals; one row for each (key, namespace). */
export class ApprovalTable {
  readonly #database: Database;
  readonly #withdrawals: Pick<Withdrawals, 'hasQuestion'>;

  constructor(database: Database, withdrawals: Pick<Withdrawals, 'hasQuestion'>) {
    this.#database = database;
    this.#withdrawals = withdrawals;
  }

  find(id: string, now: number): Approval | undefined {
    return this.#select('id = ?', [id], now)[0];
  }

  findFor(thumbprint: string, namespace: Namespace, now: number): Approval | undefined {
    return this.#select('thumbprint = ? AND namespace = ?', [thumbprint, namespace], now)[0];
  }

  /** The first asked first. */
  list(state: ApprovalState, now: number): readonly Approval[] {
    return this.#select('state = ?', [state], now).filter((approval) => approval.state === state);
  }

  /** Writes an approval, new or changed. */
  put(approval: Approval): void {
    const { app, userAgent, askedAt, answeredAt, expiresAt, ...rest } = approval;
    this.#database
      .query(
        `INSERT OR REPLACE INTO approval (${columns}) VALUES ($id, $thumbprint, $namespace, $state,
          $permission, $app_kind, $app_name, $origin, $userAgent, $address, $askedAt, $answeredAt, $expiresAt)`,
      )
      .run({
        ...rest,
        ...toAppColumns(app),
        origin: rest.origin ?? null,
        userAgent: userAgent ?? null,
        askedAt,
        answeredAt: answeredAt ?? null,
        expiresAt: expiresAt ?? null,
      });
  }

  deleteOf(thumbprint: string): void {
    this.#database.query('DELETE FROM approval WHERE thumbprint = ?').run(thumbprint);
  }

  deleteExpired(now: number): void {
    this.#database
      .query('DELETE FROM approval WHERE expires_at NOT BETWEEN ? AND ?')
      .run(now + 1, now + longestLifeMs);
  }

  /** What has expired is not there any more, deleted or not: reading must not need a write. */
  #select(condition: string, values: readonly string[], now: number): readonly Approval[] {
    const sql = `SELECT ${columns} FROM approval
      WHERE ${condition} AND (expires_at IS NULL OR expires_at BETWEEN ? AND ?) ORDER BY asked_at, id`;
    return this.#database
      .query<Row, (string | number)[]>(sql)
      .all(...values, now + 1, now + longestLifeMs)
      .map(toApproval)
      .map((approval) => (this.#withdrawals.hasQuestion(approval.id) ? asDenied(approval) : approval));
  }
}

/** As the database will have it, once it can be written. */
function asDenied(approval: Approval): Approval {
  return approval.state === 'waiting' ? { ...approval, state: 'denied' } : approval;
}

function toApproval(row: Row): Approval {
  return {
    id: row.id,
    thumbprint: row.thumbprint,
    namespace: parseNamespace(row.namespace),
    state: row.state,
    permission: row.permission,
    app: fromAppColumns(row),
    origin: row.origin ?? undefined,
    userAgent: row.user_agent ?? undefined,
    address: row.address,
    askedAt: row.asked_at,
    answeredAt: row.answered_at ?? undefined,
    expiresAt: row.expires_at ?? undefined,
  };
}
