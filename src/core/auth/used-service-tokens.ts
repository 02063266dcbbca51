import type { Database } from 'bun:sqlite';
import { createHash } from 'node:crypto';
import type { Migration } from '../../platform/database.ts';
import { Failure } from '../failure.ts';
import { writeControl } from '../store/control-database.ts';

const mostRemembered = 10_000;

export const usedServiceTokenTables: readonly Migration[] = [
  {
    name: 'used-service-token-1',
    sql: `CREATE TABLE used_service_token (
      jti_hash BLOB PRIMARY KEY,
      iat INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX used_service_token_by_iat ON used_service_token (iat)`,
  },
];

export interface UsedServiceTokensOptions {
  /** The control database. */
  readonly database: Database;
  readonly capacity?: number;
}

/**
 * The service tokens that were used, the youngest so many. Nothing is forgotten for its age, so neither a
 * restart nor a clock that is set back brings one to life again; what is forgotten for room is refused
 * by its `iat` ever after.
 */
export class UsedServiceTokens {
  readonly #database: Database;
  readonly #capacity: number;

  constructor({ database, capacity = mostRemembered }: UsedServiceTokensOptions) {
    this.#database = database;
    this.#capacity = capacity;
  }

  /**
   * True the first time a `jti` comes, false when it was used before. `iat` in seconds since 1970. `NotPermitted`
   * for a token so old that it may be forgotten, `StoreUnavailable` where the use cannot be written down.
   */
  claim(jti: string, iat: number): boolean {
    const hash = createHash('sha256').update(jti).digest();
    return writeControl(this.#database, () => this.#claim(hash, iat));
  }

  #claim(hash: Uint8Array, iat: number): boolean {
    const find = 'SELECT 1 FROM used_service_token WHERE jti_hash = ?';
    if (this.#database.query<object, [Uint8Array]>(find).get(hash) !== null) return false;
    const oldest = this.#oldestWhereFull();
    if (oldest !== undefined && iat <= oldest) {
      throw new Failure(
        'NotPermitted',
        'The service token is not accepted: many younger ones came before it; ask for a new one.',
      );
    }
    this.#database.query('INSERT INTO used_service_token (jti_hash, iat) VALUES (?, ?)').run(hash, iat);
    if (oldest !== undefined) this.#forgetOldest();
    return true;
  }

  #oldestWhereFull(): number | undefined {
    const sql = 'SELECT count(*) AS size, min(iat) AS oldest FROM used_service_token';
    const { size, oldest } = this.#database.query<Extent, []>(sql).get() ?? { size: 0, oldest: null };
    return size >= this.#capacity && oldest !== null ? oldest : undefined;
  }

  #forgetOldest(): void {
    this.#database
      .query(
        'DELETE FROM used_service_token WHERE jti_hash = (SELECT jti_hash FROM used_service_token ORDER BY iat LIMIT 1)',
      )
      .run();
  }
}

interface Extent {
  readonly size: number;
  readonly oldest: number | null;
}
