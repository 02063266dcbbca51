import type { Database } from 'bun:sqlite';
import { toFailure, type Failure } from '../failure.ts';
import type { Disk } from './disk.ts';
import { isDiskBroken, isWithoutRoom, toStoreFailure } from './store-failure.ts';

interface Waiting {
  readonly isDurable: boolean;
  /** Runs the write and keeps what it gives; again, where a neighbour's failure undid it. */
  readonly attempt: () => void;
  readonly resolve: () => void;
  readonly reject: (failure: Failure) => void;
}

/** Keeps the time that one commit holds up everything else at some ten milliseconds. */
const batchLimit = 1024;

export interface GroupCommitOptions {
  /** Told how writing goes. */
  readonly disk: Pick<Disk, 'wrote' | 'filled' | 'broke'>;
  /** What each transaction ends with. */
  readonly beforeCommit: () => void;
  readonly committed: () => void;
  /** Some of what was written was taken back. */
  readonly undone: () => void;
}

type CommitDatabase = Pick<Database, 'run' | 'inTransaction'>;

/**
 * Commits many writes with one fsync: all that arrived since the last commit share the next. A write that
 * throws is undone alone; a batch whose commit fails is undone whole, and each of its promises rejects.
 */
export class GroupCommit {
  readonly #database: CommitDatabase;
  readonly #disk: GroupCommitOptions['disk'];
  readonly #beforeCommit: () => void;
  readonly #committed: () => void;
  readonly #undone: () => void;
  #waiting: Waiting[] = [];
  #isScheduled = false;
  #stopped: Failure | undefined;
  /** As `openDatabase` left it. */
  #synchronous: 'FULL' | 'NORMAL' = 'FULL';

  constructor(database: CommitDatabase, { disk, beforeCommit, committed, undone }: GroupCommitOptions) {
    this.#database = database;
    this.#disk = disk;
    this.#beforeCommit = beforeCommit;
    this.#committed = committed;
    this.#undone = undone;
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
    try {
      if (this.#stopped) throw this.#stopped;
      const failures = this.#transact(batch);
      this.#disk.wrote();
      this.#committed();
      for (const waiting of batch) {
        const failure = failures.get(waiting);
        if (failure) waiting.reject(failure);
        else waiting.resolve();
      }
    } catch (error) {
      const failure = toFailure(error);
      for (const waiting of batch) waiting.reject(failure);
    }
  }

  #transact(batch: readonly Waiting[]): ReadonlyMap<Waiting, Failure> {
    this.#setSync(batch.some((waiting) => waiting.isDurable) ? 'FULL' : 'NORMAL');
    return this.#together(batch) ?? this.#oneByOne(batch);
  }

  /** With NORMAL a commit does not sync the log: https://sqlite.org/pragma.html#pragma_synchronous */
  #setSync(synchronous: 'FULL' | 'NORMAL'): void {
    if (this.#synchronous === synchronous) return;
    this.#guarded(() => this.#database.run(`PRAGMA synchronous = ${synchronous}`));
    this.#synchronous = synchronous;
  }

  /** The plain case. Undefined, with all of it undone, where a write has failed that may fail alone. */
  #together(batch: readonly Waiting[]): ReadonlyMap<Waiting, Failure> | undefined {
    return this.#guarded(() => {
      this.#database.run('BEGIN IMMEDIATE');
      try {
        for (const waiting of batch) waiting.attempt();
      } catch (error) {
        if (!this.#database.inTransaction || isDiskBroken(error)) throw error;
        this.#database.run('ROLLBACK');
        this.#undone();
        return undefined;
      }
      this.#beforeCommit();
      this.#database.run('COMMIT');
      return new Map();
    });
  }

  /** Each in a savepoint, so that what fails is undone alone. */
  #oneByOne(batch: readonly Waiting[]): ReadonlyMap<Waiting, Failure> {
    const failures = new Map<Waiting, Failure>();
    this.#guarded(() => {
      this.#database.run('BEGIN IMMEDIATE');
      for (const waiting of batch) {
        const failure = this.#attempt(waiting);
        if (failure) failures.set(waiting, failure);
      }
      this.#beforeCommit();
      this.#database.run('COMMIT');
    });
    return failures;
  }

  /** Throws only where SQLite gave up the transaction as a whole, as it does for a full disk. */
  #attempt(waiting: Waiting): Failure | undefined {
    let failure: Failure | undefined;
    this.#database.run('SAVEPOINT one');
    try {
      waiting.attempt();
    } catch (error) {
      if (!this.#database.inTransaction || isDiskBroken(error)) throw error;
      if (isWithoutRoom(error)) this.#disk.filled();
      failure = toStoreFailure(error, 'The store');
      this.#database.run('ROLLBACK TO one');
      this.#undone();
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
      if (isWithoutRoom(error)) this.#disk.filled();
      if (isDiskBroken(error)) this.#break(failure);
      this.#rollBack();
      throw failure;
    }
  }

  #rollBack(): void {
    this.#undone();
    try {
      if (this.#database.inTransaction) this.#database.run('ROLLBACK');
    } catch (error) {
      this.#break(toStoreFailure(error, 'The store'));
    }
  }

  /** After a failed fsync nobody knows what is on disk: only a restart reads it again. */
  #break(failure: Failure): void {
    this.#stopped ??= failure;
    this.#disk.broke(failure);
  }
}
