import type { Database } from 'bun:sqlite';
import { statSync } from 'node:fs';
import type { Clock } from '../../platform/clock.ts';
import type { Disk } from './disk.ts';
import { isDiskBroken, toStoreFailure } from './store-failure.ts';

const idleMs = 2_000;
/** A longer log is cut off; a shorter one is written over again, which costs the disk less than growing it. */
const keptLogBytes = 2 ** 20;

/**
 * Moves the log of a database into it once nothing was written for a while: a start has less to read back, and what
 * grew is given back. Waits for nobody (https://sqlite.org/c3ref/wal_checkpoint_v2.html).
 */
export class IdleCheckpoint implements Disposable {
  readonly #database: Pick<Database, 'run' | 'filename'>;
  readonly #clock: Clock;
  readonly #disk: Pick<Disk, 'broke'>;
  #cancel = (): void => {};

  constructor(database: Pick<Database, 'run' | 'filename'>, clock: Clock, disk: Pick<Disk, 'broke'>) {
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
      if (this.#logBytes() > keptLogBytes) this.#cutOff();
      else this.#database.run('PRAGMA wal_checkpoint(PASSIVE)');
    } catch (error) {
      if (isDiskBroken(error)) this.#disk.broke(toStoreFailure(error, 'The store'));
    }
  }

  /** Beside a reader it does as much as PASSIVE does: without a timeout it does not wait for that to end. */
  #cutOff(): void {
    this.#database.run('PRAGMA busy_timeout = 0');
    try {
      this.#database.run('PRAGMA wal_checkpoint(TRUNCATE)');
    } finally {
      this.#database.run('PRAGMA busy_timeout = 2000');
    }
  }

  #logBytes(): number {
    return statSync(`${this.#database.filename}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  }
}
