import type { Database } from 'bun:sqlite';
import type { Failure } from '../failure.ts';
import { errorCode } from './error-code.ts';
import { toStoreFailure } from './store-failure.ts';

interface Waiting {
  readonly write: () => void;
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

  /** Resolves once what `write` did is on disk. Writes run in the order they were added. */
  add(write: () => void): Promise<void> {
    if (this.#stopped) return Promise.reject(this.#stopped);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push({ write, resolve, reject });
    this.#schedule();
    return promise;
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
      this.#database.run('BEGIN IMMEDIATE');
      for (const waiting of batch) this.#attempt(waiting, failures);
      this.#database.run('COMMIT');
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

  /** Throws only where SQLite gave up the transaction as a whole, as it does for a full disk. */
  #attempt(waiting: Waiting, failures: Map<Waiting, Failure>): void {
    this.#database.run('SAVEPOINT one');
    try {
      waiting.write();
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
