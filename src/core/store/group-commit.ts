import type { Clock } from '../../platform/clock.ts';
import { toFailure, type Failure } from '../failure.ts';
import type { BatchedWrite, BatchTransaction } from './batch-transaction.ts';
import type { StoreMeasures } from './store-measures.ts';

interface Waiting extends BatchedWrite {
  readonly resolve: () => void;
  readonly reject: (failure: Failure) => void;
}

export interface CommitOptions {
  readonly clock: Pick<Clock, 'elapsed'>;
  /** Told of each commit. */
  readonly measures: Pick<StoreMeasures, 'committed'>;
}

/** Keeps the time that one commit holds up everything else at some ten milliseconds. */
const batchLimit = 1024;

/**
 * Commits many writes with one fsync: all that arrived since the last commit share the next. A write that
 * throws is undone alone; a batch whose commit fails is undone whole, and each of its promises rejects.
 */
export class GroupCommit {
  readonly #transaction: Pick<BatchTransaction, 'run' | 'broken'>;
  readonly #options: CommitOptions;
  #waiting: Waiting[] = [];
  #isScheduled = false;
  #stopped: Failure | undefined;

  constructor(transaction: Pick<BatchTransaction, 'run' | 'broken'>, options: CommitOptions) {
    this.#transaction = transaction;
    this.#options = options;
  }

  /** Resolves with what `write` gave once what it did is on disk. Writes run in the order they were added. */
  add<Result>(write: () => Result): Promise<Result> {
    return this.#add(write, true);
  }

  /** The same for what may be lost in a power cut: committed, and on disk with the next durable write. */
  addUnsynced<Result>(write: () => Result): Promise<Result> {
    return this.#add(write, false);
  }

  /** Commits what waits and refuses what comes later. */
  stop(failure: Failure): void {
    while (this.#waiting.length > 0) this.#commit(this.#waiting.splice(0, batchLimit));
    this.#stopped ??= failure;
  }

  #add<Result>(write: () => Result, isDurable: boolean): Promise<Result> {
    const refusal = this.#refusal;
    if (refusal) return Promise.reject(refusal);
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

  get #refusal(): Failure | undefined {
    return this.#stopped ?? this.#transaction.broken;
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
    const { clock, measures } = this.#options;
    const startedAt = clock.elapsed();
    let failed = 0;
    try {
      const refusal = this.#refusal;
      if (refusal) throw refusal;
      const failures = this.#transaction.run(batch);
      failed = failures.size;
      for (const waiting of batch) {
        const failure = failures.get(waiting);
        if (failure) waiting.reject(failure);
        else waiting.resolve();
      }
    } catch (error) {
      const failure = toFailure(error);
      failed = batch.length;
      for (const waiting of batch) waiting.reject(failure);
    }
    measures.committed({ durationMs: clock.elapsed() - startedAt, writes: batch.length, failed });
  }
}
