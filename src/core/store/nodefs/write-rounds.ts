import type { Clock } from '../../../platform/clock.ts';
import { Failure } from '../../failure.ts';
import type { Disk } from '../disk.ts';
import { isDiskBroken, isWithoutRoom } from '../store-failure.ts';
import type { StoreMeasures } from '../store-measures.ts';
import type { NamespaceIndex } from './namespace-index.ts';
import { toNodefsFailure } from './nodefs-failure.ts';
import type { StoreFiles } from './store-files.ts';

/** One write, in the steps that a round takes together with others. Only the first waits for the disk. */
export interface Write<Result> {
  /** Where the files alone do not tell what was done. */
  readonly needsDurableIndex?: boolean;
  /** Puts what is new into temporary files, on disk when it resolves. */
  stage(): Promise<void>;
  /** Moves files to their places; the folders whose names must reach the disk. */
  place(): readonly string[];
  /** Tells the index; throws before it changes anything. */
  record(): Result;
  /** What is done once the write counts, and may fail without harm. */
  finish(): void;
  /** Takes back what was staged and placed. Never throws. */
  undo(): void;
}

interface Waiting {
  readonly write: Write<unknown>;
  /** Records the write and keeps what it gives. */
  readonly record: () => void;
  readonly resolve: () => void;
  readonly reject: (failure: Failure) => void;
}

/** How many files of one round are written, or folders synced, at once. */
const roundLimit = 128;

interface Options {
  readonly files: Pick<StoreFiles, 'syncFolder'>;
  readonly disk: Pick<Disk, 'wrote' | 'filled' | 'broke'>;
  readonly index: Pick<NamespaceIndex, 'transact' | 'transactDurably'>;
  readonly clock: Pick<Clock, 'elapsed'>;
  /** Told of each round. */
  readonly measures: Pick<StoreMeasures, 'committed'>;
}

/**
 * Makes many writes durable together: all that arrived while the last round ran share the next one, and a folder
 * that several of them change is synced once. A write that fails is undone alone.
 */
export class WriteRounds {
  readonly #options: Options;
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;
  #closed: Failure | undefined;
  #broken: Failure | undefined;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Resolves with what `record` gave once all of the write is on disk. Writes are recorded in the order they were added. */
  async add<Result>(write: Write<Result>): Promise<Result> {
    this.#refuseIfStopped();
    return new Promise((resolve, reject) => {
      let recorded: { readonly result: Result } | undefined;
      this.#waiting.push({
        write,
        record: () => void (recorded = { result: write.record() }),
        resolve() {
          if (recorded) resolve(recorded.result);
        },
        reject,
      });
      this.#running ??= this.#run();
    });
  }

  /** Does at once what only concerns the index and may be lost. */
  alone(work: () => void): void {
    this.#refuseIfStopped();
    try {
      this.#options.index.transact(work);
    } catch (error) {
      throw this.#note(error);
    }
  }

  /** Refuses what comes from now on, and writes what waits. */
  async stop(failure: Failure): Promise<void> {
    this.#closed ??= failure;
    await this.#running;
  }

  #refuseIfStopped(): void {
    const failure = this.#broken ?? this.#closed;
    if (failure) throw failure;
  }

  async #run(): Promise<void> {
    // The rest of this turn of the event loop still joins the first round.
    await new Promise<void>((resolve) => void setImmediate(resolve));
    while (this.#waiting.length > 0) await this.#round(this.#waiting.splice(0, roundLimit));
    this.#running = undefined;
  }

  async #round(round: readonly Waiting[]): Promise<void> {
    const { clock, measures } = this.#options;
    const startedAt = clock.elapsed();
    const failures = new Map<Waiting, Failure>();
    const left = (): readonly Waiting[] =>
      this.#broken ? [] : round.filter((waiting) => !failures.has(waiting));
    const fail = (waiting: Waiting, error: unknown): void => void failures.set(waiting, this.#note(error));
    await Promise.all(left().map((one) => one.write.stage().catch((error: unknown) => fail(one, error))));
    const folders = new Map<Waiting, readonly string[]>();
    for (const waiting of left()) {
      try {
        folders.set(waiting, waiting.write.place());
      } catch (error) {
        fail(waiting, error);
      }
    }
    const unsynced = await this.#sync(new Set([...folders.values()].flat()));
    for (const [waiting, named] of folders) {
      const folder = named.find((one) => unsynced.has(one));
      if (folder !== undefined) fail(waiting, unsynced.get(folder));
    }
    this.#record(left(), fail);
    const failed = this.#broken ? round.length : failures.size;
    measures.committed({ durationMs: clock.elapsed() - startedAt, writes: round.length, failed });
    this.#settle(round, failures);
  }

  async #sync(folders: ReadonlySet<string>): Promise<ReadonlyMap<string, unknown>> {
    const errors = new Map<string, unknown>();
    const sync = (folder: string): Promise<unknown> =>
      this.#options.files.syncFolder(folder).catch((error: unknown) => errors.set(folder, error));
    await Promise.all([...folders].map(sync));
    return errors;
  }

  /** A write that refuses does so before it changes anything; what SQLite refuses undoes the round. */
  #record(round: readonly Waiting[], fail: (waiting: Waiting, error: unknown) => void): void {
    if (round.length === 0) return;
    const refused = new Map<Waiting, Failure>();
    try {
      this.#transact(round, () => {
        for (const waiting of round) {
          try {
            waiting.record();
          } catch (error) {
            if (!(error instanceof Failure)) throw error;
            refused.set(waiting, error);
          }
        }
      });
      this.#options.disk.wrote();
      for (const [waiting, failure] of refused) fail(waiting, failure);
    } catch (error) {
      for (const waiting of round) fail(waiting, error);
    }
  }

  #transact(round: readonly Waiting[], work: () => void): void {
    const { index } = this.#options;
    if (round.some(({ write }) => write.needsDurableIndex)) index.transactDurably(work);
    else index.transact(work);
  }

  #settle(round: readonly Waiting[], failures: ReadonlyMap<Waiting, Failure>): void {
    for (const waiting of round) {
      const failure = failures.get(waiting) ?? this.#broken;
      if (failure === undefined) {
        this.#finish(waiting.write);
        waiting.resolve();
      } else {
        waiting.write.undo();
        waiting.reject(failure);
      }
    }
  }

  #finish(write: Write<unknown>): void {
    try {
      write.finish();
    } catch (error) {
      this.#note(error);
    }
  }

  /** After a failed sync nobody knows what is on disk: only a restart reads it again. */
  #note(error: unknown): Failure {
    const failure = toNodefsFailure(error);
    if (isWithoutRoom(error)) this.#options.disk.filled();
    if (isDiskBroken(error)) {
      this.#broken ??= failure;
      this.#options.disk.broke(failure);
    }
    return failure;
  }
}
