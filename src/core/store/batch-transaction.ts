import type { Database } from 'bun:sqlite';
import type { Failure } from '../failure.ts';
import type { Disk } from './disk.ts';
import { isDiskBroken, isWithoutRoom, toStoreFailure } from './store-failure.ts';

/** A write that may run again: where a neighbour's failure undid it. */
export interface BatchedWrite {
  /** Whether it is on disk when the transaction is over. */
  readonly isDurable: boolean;
  readonly attempt: () => void;
}

export interface BatchOptions {
  /** Told how writing goes. */
  readonly disk: Pick<Disk, 'wrote' | 'filled' | 'broke'>;
  /** What each transaction ends with. */
  readonly beforeCommit: () => void;
  readonly committed: () => void;
  /** Some of what was written was taken back. */
  readonly undone: () => void;
}

/** Runs batches of writes, each batch in one transaction. */
export class BatchTransaction {
  readonly #database: Pick<Database, 'run' | 'inTransaction'>;
  readonly #options: BatchOptions;
  /** As `openDatabase` left it. */
  #synchronous: 'FULL' | 'NORMAL' = 'FULL';
  #broken: Failure | undefined;

  constructor(database: Pick<Database, 'run' | 'inTransaction'>, options: BatchOptions) {
    this.#database = database;
    this.#options = options;
  }

  /** What the disk failed with; after a failed fsync nobody knows what is on it, and only a restart reads it again. */
  get broken(): Failure | undefined {
    return this.#broken;
  }

  /** Commits a batch and gives the writes that failed alone. Throws a Failure where all of it is undone. */
  run<Write extends BatchedWrite>(batch: readonly Write[]): ReadonlyMap<Write, Failure> {
    this.#setSync(batch.some(({ isDurable }) => isDurable) ? 'FULL' : 'NORMAL');
    const failures = this.#together(batch) ? new Map<Write, Failure>() : this.#oneByOne(batch);
    this.#options.disk.wrote();
    this.#options.committed();
    return failures;
  }

  /** With NORMAL a commit does not sync the log: https://sqlite.org/pragma.html#pragma_synchronous */
  #setSync(synchronous: 'FULL' | 'NORMAL'): void {
    if (this.#synchronous === synchronous) return;
    this.#guarded(() => this.#database.run(`PRAGMA synchronous = ${synchronous}`));
    this.#synchronous = synchronous;
  }

  /** The plain case. False, with all of it undone, where a write has failed that may fail alone. */
  #together(batch: readonly BatchedWrite[]): boolean {
    return this.#guarded(() => {
      this.#database.run('BEGIN IMMEDIATE');
      try {
        for (const write of batch) write.attempt();
      } catch (error) {
        if (!this.#database.inTransaction || isDiskBroken(error)) throw error;
        this.#database.run('ROLLBACK');
        this.#options.undone();
        return false;
      }
      this.#commit();
      return true;
    });
  }

  /** Each in a savepoint, so that what fails is undone alone. */
  #oneByOne<Write extends BatchedWrite>(batch: readonly Write[]): ReadonlyMap<Write, Failure> {
    const failures = new Map<Write, Failure>();
    this.#guarded(() => {
      this.#database.run('BEGIN IMMEDIATE');
      for (const write of batch) {
        const failure = this.#attempt(write);
        if (failure) failures.set(write, failure);
      }
      this.#commit();
    });
    return failures;
  }

  #commit(): void {
    this.#options.beforeCommit();
    this.#database.run('COMMIT');
  }

  /** Throws only where SQLite gave up the transaction as a whole, as it does for a full disk. */
  #attempt(write: BatchedWrite): Failure | undefined {
    let failure: Failure | undefined;
    this.#database.run('SAVEPOINT one');
    try {
      write.attempt();
    } catch (error) {
      if (!this.#database.inTransaction || isDiskBroken(error)) throw error;
      if (isWithoutRoom(error)) this.#options.disk.filled();
      failure = toStoreFailure(error, 'The store');
      this.#database.run('ROLLBACK TO one');
      this.#options.undone();
    }
    this.#database.run('RELEASE one');
    return failure;
  }

  /** What fails in `work` is undone, told to the disk, and thrown as a Failure. */
  #guarded<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      const failure = toStoreFailure(error, 'The store');
      if (isWithoutRoom(error)) this.#options.disk.filled();
      if (isDiskBroken(error)) this.#break(failure);
      this.#rollBack();
      throw failure;
    }
  }

  #rollBack(): void {
    this.#options.undone();
    try {
      if (this.#database.inTransaction) this.#database.run('ROLLBACK');
    } catch (error) {
      this.#break(toStoreFailure(error, 'The store'));
    }
  }

  #break(failure: Failure): void {
    this.#broken ??= failure;
    this.#options.disk.broke(failure);
  }
}
