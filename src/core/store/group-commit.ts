import type { Database } from 'bun:sqlite';
import type { Failure } from '../failure.ts';
import { errorCode } from './error-code.ts';
import { toStoreFailure } from './store-failure.ts';

interface Waiting {
  readonly isDurable: boolean;
  /** Runs the write and keeps what it gives. */
  readonly attempt: () => void;
  readonly resolve: () => void;
  readonly reject: (failure: Failure) => void;
}

/** Keeps the time that one commit holds up everything else at some ten milliseconds. */
const batchLimit = 1024;

/**
 * Commits many writes with one fsync: all that arrived since the last commit share the next. A write that
 * throws is undone alone; a batch whose commit fails is undone whole, and each of its promises rejects.
 */
export class GroupCommit {
  readonly #database: Pick<Database, 'run' | 'inTransaction'>;
  #waiting: Waiting[] = [];
  #isScheduled = false;
  #stopped: Failure | undefined;

  constructor(database: Pick<Database, 'run' | 'inTransaction'>) {
    this.#database = database;
  }

  /** Resolves with what `write` gave once what it did is on disk. Writes run in the order they were added. */
  add<Result>(write: () => Result): Promise<Result> {
    return this.#add(write, true);
  }

  /** The same for what may be lost in a power cut: committed, and on disk with the next durable write. */
  addUnsynced<Result>(write: () => Result): Promise<Result> {
    return this.#add(write, false);
  }

  /** Commits now what waits. */
  flush(): void {
    while (this.#waiting.length > 0) this.#commit(this.#waiting.splice(0, batchLimit));
  }

  /** Commits what waits and refuses what comes later. */
  stop(failure: Failure): void {
    this.flush();
    this.#stopped ??= failure;
  }

  #add<Result>(write: () => Result, isDurable: boolean): Promise<Result> {
    if (this.#stopped) return Promise.reject(this.#stopped);
    return new Promise((resolve, reject) => {
      let result: { readonly value: Result } | undefined;
      this.#waiting.push({
        isDurable,
        attempt: () => void (result = { value: write() }),
        resolve() {
          if (result) resolve(result.value);
        },
        reject,
      });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#commit(this.#waiting.splice(0, batchLimit));
      if (this.#waiting.length > 0) this.#schedule();
    });
  }

  #commit(batch: readonly Waiting[]): void {
    if (batch.length === 0) return;
    const failures = new Map<Waiting, Failure>();
    try {
      if (this.#stopped) throw this.#stopped;
      this.#transact(batch, failures);
    } catch (error) {
      const failure = this.#undo(error);
      for (const waiting of batch) waiting.reject(failures.get(waiting) ?? failure);
      return;
    }
    for (const waiting of batch) {
      const failure = failures.get(waiting);
      if (failure) waiting.reject(failure);
      else waiting.resolve();
    }
  }

  /** Without a durable write among them the log is not synced: https://sqlite.org/pragma.html#pragma_synchronous */
  #transact(batch: readonly Waiting[], failures: Map<Waiting, Failure>): void {
    const isDurable = batch.some((waiting) => waiting.isDurable);
    if (!isDurable) this.#database.run('PRAGMA synchronous = NORMAL');
    try {
      this.#database.run('BEGIN IMMEDIATE');
      for (const waiting of batch) this.#attempt(waiting, failures);
      this.#database.run('COMMIT');
    } finally {
      // Cannot be changed inside a transaction, so one that failed is undone first.
      if (!isDurable) this.#restoreSync();
    }
  }

  #restoreSync(): void {
    if (this.#database.inTransaction) this.#database.run('ROLLBACK');
    this.#database.run('PRAGMA synchronous = FULL');
  }

  /** Throws only where SQLite gave up the transaction as a whole, as it does for a full disk. */
  #attempt(waiting: Waiting, failures: Map<Waiting, Failure>): void {
    this.#database.run('SAVEPOINT one');
    try {
      waiting.attempt();
    } catch (error) {
      failures.set(waiting, toStoreFailure(error, 'The store'));
      if (!this.#database.inTransaction) throw error;
      this.#database.run('ROLLBACK TO one');
    }
    this.#database.run('RELEASE one');
  }

  #undo(error: unknown): Failure {
    const failure = toStoreFailure(error, 'The store');
    try {
      if (this.#database.inTransaction) this.#database.run('ROLLBACK');
    } catch (rollbackError) {
      this.#stopped = toStoreFailure(rollbackError, 'The store');
    }
    // After a failed fsync nobody knows what is on disk: only a restart reads it again.
    if (errorCode(error)?.startsWith('SQLITE_IOERR')) this.#stopped = failure;
    return failure;
  }
}
