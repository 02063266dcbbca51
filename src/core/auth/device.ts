import type { Database } from 'bun:sqlite';
import type { Migration } from '../../platform/database.ts';
import { fromAppColumns, toAppColumns, type AppColumns, type AppDescription } from './app.ts';
import { makeUnusedId, type RandomBytes } from './short-id.ts';
import { Withdrawals } from './withdrawals.ts';

export const deviceTables: readonly Migration[] = [
  {
    name: 'device-1',
    sql: `CREATE TABLE device (
      id TEXT PRIMARY KEY,
      thumbprint TEXT NOT NULL UNIQUE,
      app_kind TEXT NOT NULL,
      app_name TEXT,
      origin TEXT,
      user_agent TEXT,
      first_seen INTEGER NOT NULL,
      last_seen INTEGER NOT NULL,
      revoked_at INTEGER
    ) STRICT`,
  },
];

/** One DPoP key of one app, once the owner let it in. Times in milliseconds since 1970. */
export interface Device extends AppDescription {
  readonly id: string;
  readonly thumbprint: string;
  readonly userAgent: string | undefined;
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly isRevoked: boolean;
}

/** A key as it asked to be let in. */
export interface DeviceDescription extends AppDescription {
  readonly thumbprint: string;
  readonly userAgent: string | undefined;
}

interface Row extends AppColumns {
  readonly id: string;
  readonly thumbprint: string;
  readonly origin: string | null;
  readonly user_agent: string | null;
  readonly first_seen: number;
  readonly last_seen: number;
  readonly revoked_at: number | null;
}

const columns = 'id, thumbprint, app_kind, app_name, origin, user_agent, first_seen, last_seen, revoked_at';

/** The table of devices. A revoked one stays, for the record, and holds nothing. */
export class Devices {
  readonly #database: Database;
  readonly #randomBytes: RandomBytes;
  readonly #withdrawals: Pick<Withdrawals, 'hasDevice'>;

  constructor(
    database: Database,
    randomBytes: RandomBytes,
    withdrawals: Pick<Withdrawals, 'hasDevice'> = new Withdrawals(),
  ) {
    this.#database = database;
    this.#randomBytes = randomBytes;
    this.#withdrawals = withdrawals;
  }

  findByThumbprint(thumbprint: string): Device | undefined {
    const sql = `SELECT ${columns} FROM device WHERE thumbprint = ?`;
    return this.#read(this.#database.query<Row, [string]>(sql).get(thumbprint));
  }

  find(id: string): Device | undefined {
    return this.#read(
      this.#database.query<Row, [string]>(`SELECT ${columns} FROM device WHERE id = ?`).get(id),
    );
  }

  /** The devices that are not revoked, the first seen first. */
  list(): readonly Device[] {
    const sql = `SELECT ${columns} FROM device WHERE revoked_at IS NULL ORDER BY first_seen, id`;
    return this.#database
      .query<Row, []>(sql)
      .all()
      .map(toDevice)
      .filter(({ id }) => !this.#withdrawals.hasDevice(id));
  }

  /** Makes a key a device; one that was revoked comes back as it asks now, under its old id. */
  admit(description: DeviceDescription, now: number): Device {
    const known = this.findByThumbprint(description.thumbprint);
    const device: Device = {
      id: known?.id ?? makeUnusedId(this.#randomBytes, (id) => this.find(id) !== undefined),
      thumbprint: description.thumbprint,
      app: known?.isRevoked === false ? known.app : description.app,
      origin: known?.isRevoked === false ? known.origin : description.origin,
      userAgent: description.userAgent,
      firstSeen: known?.firstSeen ?? now,
      lastSeen: known?.isRevoked === false ? known.lastSeen : now,
      isRevoked: false,
    };
    this.#write(device);
    return device;
  }

  seen(id: string, now: number): void {
    this.#database.query('UPDATE device SET last_seen = ? WHERE id = ?').run(now, id);
  }

  revoke(id: string, now: number): void {
    this.#database.query('UPDATE device SET revoked_at = ? WHERE id = ?').run(now, id);
  }

  #read(row: Row | null): Device | undefined {
    if (row === null) return undefined;
    const device = toDevice(row);
    return this.#withdrawals.hasDevice(device.id) ? { ...device, isRevoked: true } : device;
  }

  #write(device: Device): void {
    this.#database
      .query(
        `INSERT OR REPLACE INTO device (${columns}) VALUES ($id, $thumbprint, $app_kind, $app_name, $origin,
          $userAgent, $firstSeen, $lastSeen, NULL)`,
      )
      .run({
        id: device.id,
        thumbprint: device.thumbprint,
        ...toAppColumns(device.app),
        origin: device.origin ?? null,
        userAgent: device.userAgent ?? null,
        firstSeen: device.firstSeen,
        lastSeen: device.lastSeen,
      });
  }
}

function toDevice(row: Row): Device {
  return {
    id: row.id,
    thumbprint: row.thumbprint,
    app: fromAppColumns(row),
    origin: row.origin ?? undefined,
    userAgent: row.user_agent ?? undefined,
    firstSeen: row.first_seen,
    lastSeen: row.last_seen,
    isRevoked: row.revoked_at !== null,
  };
}
