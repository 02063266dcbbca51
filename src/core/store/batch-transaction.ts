import type { Database } from 'bun:sqlite';
import type { Failure } from '../failure.ts';
import type { Disk } from './disk.ts';
import { isDiskBroken, isWithoutRoom, toStoreFailure } from './store-failure.ts';
import type { Tail } from './tail.ts';

/** A write that may run again: where a neighbour's failure undid it. */
export interface BatchedWrite {
  /** Whether it is on disk when the transaction is over. */
  readonly isDurable: boolean;
  readonly attempt: () => void;
}

export interface BatchOptions {
  /** Told how writing goes. */
  readonly disk: Pick<Disk, 'wrote' | 'filled' | 'broke'>;
  /** What goes past the database. */
  readonly tail: Pick<
    Tail,
    'mark' | 'undoTo' | 'prepare' | 'committed' | 'write' | 'undoUnwritten' | 'reread'
  >;
  /** The database was written. */
  readonly committed: () => void;
}

/**
 * Runs batches of writes, each batch in one transaction and then one write to the tail: what that names is on disk
 * before. Where all of a batch goes into the tail there is no transaction.
 */
export class BatchTransaction {
  readonly #database: Pick<Database, 'run' | 'inTransaction'>;
  readonly #options: BatchOptions;
  /** As `openDatabase` left it. */
  #synchronous: 'FULL' | 'NORMAL' = 'FULL';
  #isDurable = true;
  #isEntered = false;
  #broken: Failure | undefined;

  constructor(database: Pick<Database, 'run' | 'inTransaction'>, options: BatchOptions) {
    this.#database = database;
    this.#options = options;
  }

  /** What the disk failed with; after a failed fsync nobody knows what is on it, and only a restart reads it again. */
  get broken(): Failure | undefined {
    return this.#broken;
  }

  /** Begins the transaction of this batch where it has not begun. */
  enter(): void {
    if (this.#isEntered) return;
    this.#setSync(this.#isDurable ? 'FULL' : 'NORMAL');
    this.#database.run('BEGIN IMMEDIATE');
    this.#isEntered = true;
  }

  /** Commits a batch and gives the writes that failed alone. Throws a Failure where all of it is undone. */
  run<Write extends BatchedWrite>(batch: readonly Write[]): ReadonlyMap<Write, Failure> {
    this.#isDurable = batch.some(({ isDurable }) => isDurable);
    const marks: number[] = [];
    const failures = this.#together(batch, marks) ? new Map<Write, Failure>() : this.#oneByOne(batch, marks);
    this.#writeTail(batch, marks, failures);
    return failures;
  }

  /** With NORMAL a commit does not sync the log: https://sqlite.org/pragma.html#pragma_synchronous */
  #setSync(synchronous: 'FULL' | 'NORMAL'): void {
    if (this.#synchronous === synchronous) return;
    this.#database.run(`PRAGMA synchronous = ${synchronous}`);
    this.#synchronous = synchronous;
  }

  /** The plain case. False, with all of it undone, where a write has failed that may fail alone. */
  #together(batch: readonly BatchedWrite[], marks: number[]): boolean {
    return this.#guarded(() => {
      try {
        for (const { attempt } of batch) {
          attempt();
          marks.push(this.#options.tail.mark());
        }
      } catch (error) {
        if (this.#isLost || isDiskBroken(error)) throw error;
        this.#undo();
        marks.length = 0;
        return false;
      }
      this.#finish();
      return true;
    });
  }

  /** Each in a savepoint, so that what fails is undone alone. */
  #oneByOne<Write extends BatchedWrite>(batch: readonly Write[], marks: number[]): Map<Write, Failure> {
    const failures = new Map<Write, Failure>();
    this.#guarded(() => {
      this.enter();
      for (const write of batch) {
        const failure = this.#attempt(write);
        if (failure) failures.set(write, failure);
        marks.push(this.#options.tail.mark());
      }
      this.#finish();
    });
    return failures;
  }

  #finish(): void {
    this.#options.tail.prepare(this.#isEntered && this.#isDurable);
    const isEntered = this.#isEntered;
    if (isEntered) this.#database.run('COMMIT');
    this.#isEntered = false;
    this.#options.tail.committed();
    if (!isEntered) return;
    this.#options.disk.wrote();
    this.#options.committed();
  }

  /** Where it fails, what stands in the database stands, and `failures` gets the rest. */
  #writeTail<Write>(batch: readonly Write[], marks: readonly number[], failures: Map<Write, Failure>): void {
    const { disk, tail } = this.#options;
    try {
      if (tail.write()) disk.wrote();
    } catch (error) {
      const failure = this.#told(error);
      for (const at of tail.undoUnwritten()) {
        const write = batch[marks.findIndex((mark) => mark > at)];
        if (write !== undefined) failures.set(write, failure);
      }
    }
  }

  /** Throws only where SQLite gave up the transaction as a whole, as it does for a full disk. */
  #attempt(write: BatchedWrite): Failure | undefined {
    let failure: Failure | undefined;
    const mark = this.#options.tail.mark();
    this.#database.run('SAVEPOINT one');
    try {
      write.attempt();
    } catch (error) {
      if (this.#isLost || isDiskBroken(error)) throw error;
      failure = this.#told(error);
      this.#database.run('ROLLBACK TO one');
      this.#options.tail.undoTo(mark);
    }
    this.#database.run('RELEASE one');
    return failure;
  }

  /** What fails in `work` is undone, told to the disk, and thrown as a Failure. */
  #guarded<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      const failure = this.#told(error);
      const isEntered = this.#isEntered;
      try {
        this.#undo();
        if (isEntered) this.#options.tail.reread();
      } catch (undoing) {
        this.#break(toStoreFailure(undoing, 'The store'));
      }
      throw failure;
    }
  }

  #undo(): void {
    this.#options.tail.undoTo(0);
    this.#isEntered = false;
    if (this.#database.inTransaction) this.#database.run('ROLLBACK');
  }

  /** SQLite gave up the transaction. */
  get #isLost(): boolean {
    return this.#isEntered && !this.#database.inTransaction;
  }

  #told(error: unknown): Failure {
    const failure = toStoreFailure(error, 'The store');
    if (isWithoutRoom(error)) this.#options.disk.filled();
    if (isDiskBroken(error)) this.#break(failure);
    return failure;
  }

  #break(failure: Failure): void {
    this.#broken ??= failure;
    this.#options.disk.broke(failure);
  }
}
