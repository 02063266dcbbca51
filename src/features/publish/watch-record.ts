import type { Logger } from '@logtape/logtape';
import { judgeRecord } from '../../core/discovery/judge-record.ts';
import type { RecordLook } from '../../core/discovery/owner-record.ts';
import type { Published } from '../../core/discovery/published-record.ts';
import type { SyncRecord } from '../../core/discovery/sync-record.ts';
import { Failure } from '../../core/failure.ts';
import type { PublishReport } from '../../core/reports.ts';
import { unlessAborted } from '../../platform/cancelled.ts';
import type { Clock } from '../../platform/clock.ts';
import {
  describeLoss,
  describeMissed,
  describeProblem,
  isTrouble,
  whyMissed,
  type Missed,
  type WatchedState,
} from './record-state.ts';

export interface WatchOptions {
  /** What would be published of this server. */
  readonly ours: SyncRecord;
  /** Asks the owner's PDS. */
  readonly read: (look: RecordLook) => Promise<Published | undefined>;
  readonly clock: Clock;
  readonly log: Logger;
  /** From 0 up to 1, so that not all servers in the world ask at once. */
  readonly random: () => number;
}

/** A server that starts has other work first. */
const firstMs = 5_000;
const everyMs = 10 * 60_000;
/** Of each wait, as the part of it that is left to chance. */
const jitter = 0.2;
const repeatWarningMs = 24 * 3_600_000;

interface Seen {
  readonly state: WatchedState;
  /** Since when it is known, and when it was seen last. */
  readonly since: number;
  readonly at: number;
}

/**
 * Looks at the public record soon after the start and every ten minutes, for any app with a broad scope can rewrite it. What is
 * wrong is logged when it is seen first, when it changes, and once a day; an outage leaves what is known as it was, and says so.
 */
export class RecordWatch implements AsyncDisposable {
  readonly #options: WatchOptions;
  readonly #closing = new AbortController();
  #seen: Seen | undefined;
  #missed: Missed | undefined;
  /** One was there, and the owner has not taken it away. */
  #isExpected = false;
  #isRemovalTold = false;
  #warnedAt = -Infinity;
  #cancel = () => {};
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  start(): void {
    this.#wait(firstMs);
  }

  /**
   * Looks now and at the PDS that the account has now, or once more where a look is under way, for that one may have seen what was
   * there before. Never rejects. `isRemoved` tells that the owner has taken the record away.
   */
  look({ isRemoved = false } = {}): Promise<void> {
    this.#isRemovalTold ||= isRemoved;
    if (this.#running === undefined) return this.#begin(true);
    this.#next ??= this.#running.then(() => this.#begin(true));
    return this.#next;
  }

  report(): PublishReport {
    const missed = this.#missed && { since: this.#missed.since, why: whyMissed(this.#missed.error) };
    const found = missed !== undefined && { missed };
    if (this.#seen === undefined) return { state: 'unknown', ...found };
    const { state, since, at } = this.#seen;
    const problem = describeProblem(state, since, this.#options.ours.host);
    return {
      state: state.kind,
      checkedAt: at,
      since,
      ...(state.kind === 'another-host' && { host: state.host }),
      ...(problem !== undefined && { problem }),
      ...found,
    };
  }

  /** What the owner is to do, while apps are led nowhere else. */
  warnings(): readonly string[] {
    const lost = this.#seen && describeLoss(this.#seen.state, this.#seen.since);
    const missed = this.#missed && describeMissed(this.#missed);
    return [lost, missed].filter((warning) => warning !== undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    this.#cancel();
    await this.#running;
    await this.#next;
  }

  #wait(delayMs: number): void {
    const { clock, random } = this.#options;
    const chosenMs = delayMs * (1 + jitter * (random() - 0.5));
    this.#cancel = clock.after(chosenMs, () => void this.#begin(false));
  }

  #begin(isFresh: boolean): Promise<void> {
    this.#cancel();
    this.#next = undefined;
    if (this.#isRemovalTold) this.#isExpected = false;
    this.#isRemovalTold = false;
    this.#running = this.#look(isFresh).finally(() => {
      this.#running = undefined;
      if (!this.#closing.signal.aborted && this.#next === undefined) this.#wait(everyMs);
    });
    return this.#running;
  }

  async #look(isFresh: boolean): Promise<void> {
    const { signal } = this.#closing;
    try {
      if (signal.aborted) return;
      const state = await this.#read(isFresh);
      const isCertain = isFresh || !this.#isToTell(state) || !isTrouble(state);
      this.#note(isCertain ? state : await this.#read(true));
    } catch (error) {
      if (!signal.aborted) this.#miss(error);
    }
  }

  async #read(isFresh: boolean): Promise<WatchedState> {
    const { read, ours } = this.#options;
    const { signal } = this.#closing;
    const state = judgeRecord(await unlessAborted(signal, read({ signal, isFresh })), ours);
    const isExpected = this.#isExpected && !this.#isRemovalTold;
    return state.kind === 'nothing' && isExpected ? { kind: 'gone' } : state;
  }

  #note(state: WatchedState): void {
    const { clock, log } = this.#options;
    const isToTell = this.#isToTell(state);
    const since = this.#isNew(state) ? clock.now() : (this.#seen?.since ?? clock.now());
    if (this.#missed !== undefined && !isToTell) log.info('The public record can be looked at again.');
    this.#missed = undefined;
    this.#isExpected = state.kind !== 'nothing';
    this.#seen = { state, since, at: clock.now() };
    if (isToTell) this.#tell(state);
  }

  #isNew(state: WatchedState): boolean {
    return !Bun.deepEquals(this.#seen?.state, state);
  }

  #isToTell(state: WatchedState): boolean {
    const isToldLongAgo = this.#options.clock.elapsed() - this.#warnedAt >= repeatWarningMs;
    return this.#isNew(state) || (isToldLongAgo && isTrouble(state));
  }

  #tell({ kind }: WatchedState): void {
    const { clock, log } = this.#options;
    const { problem, host } = this.report();
    const [warning = problem] = this.warnings();
    if (warning !== undefined) {
      this.#warnedAt = clock.elapsed();
      log.warn('{warning}', { warning, ...(host !== undefined && { host }) });
    } else if (kind === 'nothing') {
      log.info(
        'Nothing is published: apps do not find this server until `groundmist publish` has told them.',
      );
    } else {
      log.info('The public record names this server: apps find it.');
    }
  }

  /** Once an outage, however long it lasts, and again where there is another reason for it. */
  #miss(error: unknown): void {
    const { clock, log } = this.#options;
    const before = this.#missed;
    const missed = { since: before?.since ?? clock.now(), error };
    this.#missed = missed;
    const reason = whyMissed(error);
    if (before !== undefined && whyMissed(before.error) === reason) return;
    const warning = describeMissed(missed);
    const cause = error instanceof Failure ? error.cause : error;
    if (warning !== undefined) log.warn('{warning}', { warning, cause });
    else if (error instanceof Failure)
      log.info('The public record cannot be looked at for now: {reason}', { reason, cause });
    else log.error('The public record cannot be looked at: {reason}', { reason, cause });
  }
}
