import type { Logger } from '@logtape/logtape';
import type { Clock } from '../../platform/clock.ts';
import { formatDuration } from '../../platform/duration.ts';
import { Failure } from '../failure.ts';
import type { Report } from '../reports.ts';
import { backupFileName } from './backup-name.ts';
import type { FoundBackup } from './list.ts';

/** How a backup that was begun ended. */
export type Outcome =
  | { readonly kind: 'made'; readonly damagedCount: number; readonly documentCount: number }
  | { readonly kind: 'failed'; readonly sentence: string };

/** A backup under way. */
export interface Making {
  readonly outcome: Promise<Outcome>;
  /** Ends it; nothing of it is left once the promise resolves. */
  stop(): Promise<void>;
}

export interface ScheduleOptions {
  readonly everyMs: number;
  /** How many of the scheduled ones stay. */
  readonly keepCount: number;
  readonly isEncrypted: boolean;
  readonly clock: Clock;
  readonly log: Logger;
  /** The whole backups in the folder, newest first by their names. */
  readonly find: () => Promise<readonly FoundBackup[]>;
  /** Begins one with this file name. */
  readonly make: (name: string) => Making;
  readonly remove: (backup: FoundBackup) => Promise<void>;
}

/** A server that starts has other work first. */
const firstMs = 30_000;
/** The folder is looked at as often as that, for others make backups too and the wall clock may be set. */
const mostWaitMs = 3_600_000;
const firstRetryMs = 60_000;

/**
 * Makes backups by the wall clock: one when the newest in the folder is older than it should be, so that a restart makes none
 * too many; one at a time; after a failure later and later. Then it deletes the oldest of its own.
 */
export class ScheduledBackups implements AsyncDisposable {
  readonly #options: ScheduleOptions;
  readonly #startedAt: number;
  #lastAt: number | undefined;
  #failure: { readonly sentence: string; readonly at: number; readonly count: number } | undefined;
  #lastAttempt: { readonly isMade: boolean; readonly durationMs: number } | undefined;
  #damagedCount = 0;
  #cancel = () => {};
  #making: Making | undefined;
  #isClosed = false;
  #looking: Promise<void> = Promise.resolve();

  constructor(options: ScheduleOptions) {
    this.#options = options;
    this.#startedAt = options.clock.now();
  }

  /** Learns of the backups there are, and waits for the time of the next. */
  async start(): Promise<void> {
    await this.#learn();
    this.#wait(firstMs);
  }

  /** What there is to say of them now. */
  report(): Report {
    const isStale = this.#isStale;
    const lastAttempt = this.#lastAttempt && { lastAttempt: this.#lastAttempt };
    return {
      backup: { lastAt: this.#lastAt, isStale, ...lastAttempt },
      warnings: [...this.#warnings(isStale)],
    };
  }

  /** Settles once what is under way has ended. */
  get settled(): Promise<void> {
    return this.#looking;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#cancel();
    await this.#making?.stop();
    await this.#looking;
  }

  get #isStale(): boolean {
    const { clock, everyMs } = this.#options;
    const now = clock.now();
    if (this.#lastAt === undefined) return now - this.#startedAt > everyMs;
    return now - this.#lastAt > 2 * everyMs;
  }

  *#warnings(isStale: boolean): Generator<string> {
    const { clock, everyMs } = this.#options;
    if (isStale && this.#lastAt === undefined) yield 'No backup has been made yet.';
    if (isStale && this.#lastAt !== undefined) {
      const age = formatDuration((clock.now() - this.#lastAt) / 1000);
      yield `The last backup is ${age} old, and one should be made every ${formatDuration(everyMs / 1000)}.`;
    }
    if (this.#failure) yield `The last scheduled backup failed: ${this.#failure.sentence}`;
    if (this.#damagedCount > 0) {
      yield `The last scheduled backup holds documents that are damaged in the store (${this.#damagedCount}); until that is mended no older backup is deleted.`;
    }
  }

  #wait(leastMs: number): void {
    if (this.#isClosed) return;
    const delayMs = Math.min(mostWaitMs, Math.max(leastMs, this.#dueAt - this.#options.clock.now()));
    this.#cancel = this.#options.clock.after(delayMs, () => {
      this.#looking = this.#look();
    });
  }

  get #dueAt(): number {
    const { clock, everyMs } = this.#options;
    const now = clock.now();
    const bySchedule = this.#lastAt === undefined ? now : this.#lastAt + everyMs;
    if (this.#failure === undefined) return bySchedule;
    const { at, count } = this.#failure;
    const pauseMs = Math.min(everyMs, mostWaitMs, firstRetryMs * 2 ** (count - 1));
    return Math.max(bySchedule, Math.min(at, now) + pauseMs);
  }

  async #look(): Promise<void> {
    await this.#learn();
    if (!this.#isClosed && this.#dueAt <= this.#options.clock.now()) await this.#makeOne();
    this.#wait(0);
  }

  async #makeOne(): Promise<void> {
    const { clock, isEncrypted, log, make } = this.#options;
    const at = Math.floor(clock.now() / 1000) * 1000;
    const startedAt = clock.elapsed();
    let isMade = false;
    try {
      this.#making = make(backupFileName({ at, isScheduled: true, isEncrypted }));
      const outcome = await this.#making.outcome;
      if (this.#isClosed) return;
      if (outcome.kind === 'failed') return this.#failed(outcome.sentence);
      isMade = true;
      this.#lastAt = at;
      this.#failure = undefined;
      this.#damagedCount = outcome.damagedCount;
      log.info('Made a backup');
      // What has nothing in it stands for none that had.
      if (outcome.damagedCount === 0 && outcome.documentCount > 0) await this.#deleteOldest();
    } catch (error) {
      this.#failed(sentenceOf(error));
    } finally {
      this.#lastAttempt = { isMade, durationMs: clock.elapsed() - startedAt };
      this.#making = undefined;
    }
  }

  async #deleteOldest(): Promise<void> {
    const { keepCount, remove } = this.#options;
    const own = (await this.#found()).filter(({ isScheduled }) => isScheduled);
    for (const old of own.slice(keepCount)) await remove(old);
  }

  async #learn(): Promise<void> {
    try {
      this.#lastAt = (await this.#found())[0]?.at;
    } catch (error) {
      if (this.#failure === undefined) this.#failed(sentenceOf(error));
    }
  }

  /** A name from a time to come, of a clock that was ahead once, says nothing: such a file is neither counted nor deleted. */
  async #found(): Promise<readonly FoundBackup[]> {
    const { clock, find } = this.#options;
    return (await find()).filter(({ at }) => at <= clock.now());
  }

  #failed(sentence: string): void {
    const { clock, log } = this.#options;
    this.#failure = { sentence, at: clock.now(), count: (this.#failure?.count ?? 0) + 1 };
    log.warn('No backup was made: {sentence}', { sentence });
  }
}

function sentenceOf(error: unknown): string {
  if (error instanceof Failure) return error.message;
  return error instanceof Error ? `${error.message}.` : String(error);
}
