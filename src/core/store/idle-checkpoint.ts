import type { Database } from 'bun:sqlite';
import type { Clock } from '../../platform/clock.ts';
import type { Disk } from './disk.ts';
import { isDiskBroken, toStoreFailure } from './store-failure.ts';

const idleMs = 2_000;

/**
 * Moves the log of a database into it once nothing was written for a while: a start has less to read back, and what
 * grew beside a long reader is given back. Waits for nobody (https://sqlite.org/c3ref/wal_checkpoint_v2.html, PASSIVE).
 */
export class IdleCheckpoint implements Disposable {
  readonly #database: Pick<Database, 'run'>;
  readonly #clock: Clock;
  readonly #disk: Pick<Disk, 'broke'>;
  #cancel = (): void => {};

  constructor(database: Pick<Database, 'run'>, clock: Clock, disk: Pick<Disk, 'broke'>) {
    this.#database = database;
    this.#clock = clock;
    this.#disk = disk;
  }

  wrote(): void {
    this.#cancel();
    this.#cancel = this.#clock.after(idleMs, () => this.#checkpoint());
  }

  [Symbol.dispose](): void {
    this.#cancel();
  }

  /** Where it fails the log stays, and the next commit tries again. */
  #checkpoint(): void {
    try {
      this.#database.run('PRAGMA wal_checkpoint(PASSIVE)');
    } catch (error) {
      if (isDiskBroken(error)) this.#disk.broke(toStoreFailure(error, 'The store'));
    }
  }
}
