import type { Logger } from '@logtape/logtape';
import type { Clock } from '../../platform/clock.ts';
import { Failure } from '../failure.ts';
import type { FenceLoad, FenceMeasures } from './fence-measures.ts';
import { mostFrameBytes } from './frame.ts';
import type { Job } from './job.ts';
import type { FenceLimits } from './limits.ts';
import { RunningChild, type Ending } from './running-child.ts';
import { WaitingJobs } from './waiting-jobs.ts';

export interface DispatcherOptions {
  /** The words that start this program; one more tells it that it is the child. */
  readonly command: readonly string[];
  readonly limits: FenceLimits;
  readonly clock: Clock;
  readonly log: Logger;
  /** Told of the processes. */
  readonly measures: FenceMeasures;
}

/** Larger work is refused. */
export const mostJobBytes = mostFrameBytes / 2;

/** A job that this many children ended over is refused. */
const mostDeaths = 2;

/** Keeps one child at work while there are jobs: starts it, feeds it, replaces it, and ends it when it is idle. */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #waiting = new WaitingJobs();
  #child: RunningChild | undefined;
  #isFeeding = false;
  #isClosed = false;
  #cancelRest: (() => void) | undefined;

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  get load(): FenceLoad {
    return {
      waitingJobs: this.#waiting.count,
      waitingBytes: this.#waiting.bytes,
      jobsAtWork: this.#child?.jobCount ?? 0,
      isRunning: this.#child !== undefined,
      memoryBytes: this.#child?.memoryBytes,
    };
  }

  submit(job: Job): void {
    const { waitingBytes } = this.#options.limits;
    if (this.#isClosed) return job.reject(closed());
    if (job.sizeBytes > mostJobBytes) return job.resolve({ kind: 'refused', reason: 'it is too large' });
    if (this.#waiting.bytes > 0 && this.#waiting.bytes + job.sizeBytes > waitingBytes) {
      return job.reject(new Failure('Busy', 'Too many documents wait to be looked at.'));
    }
    this.#waiting.add(job);
    this.#feedSoon();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelRest?.();
    this.#failWaiting(closed());
    await this.#child?.kill();
  }

  /** What comes in one go leaves in one write. */
  #feedSoon(): void {
    if (this.#isFeeding) return;
    this.#isFeeding = true;
    queueMicrotask(() => {
      this.#isFeeding = false;
      this.#feed();
    });
  }

  #feed(): void {
    if (this.#isClosed) return;
    const child = this.#waiting.next && this.#findChild();
    if (!child) return this.#restSoon();
    this.#cancelRest?.();
    this.#cancelRest = undefined;
    for (;;) {
      const { next } = this.#waiting;
      if (!next || !child.hasRoomFor(next)) break;
      this.#waiting.take();
      child.send(next);
    }
    child.flush();
  }

  #findChild(): RunningChild | undefined {
    try {
      this.#child ??= this.#startChild();
    } catch (cause) {
      this.#failWaiting(notStarted(cause));
    }
    return this.#child;
  }

  #startChild(): RunningChild {
    const { command, limits, clock, measures } = this.#options;
    measures.starts += 1;
    return new RunningChild({
      command,
      limits,
      clock,
      onAnswer: () => this.#feedSoon(),
      onEnd: (ending) => this.#handleEnd(ending),
    });
  }

  #restSoon(): void {
    if (!this.#child?.isIdle) return;
    this.#cancelRest ??= this.#options.clock.after(this.#options.limits.idleMs, () => {
      this.#cancelRest = undefined;
      void this.#child?.kill(); // Its end is heard of as any other.
    });
  }

  #handleEnd({ wasReady, overrun, suspect, others }: Ending): void {
    this.#child = undefined;
    this.#waiting.return(suspect ? [suspect, ...others] : others);
    if (this.#isClosed) return this.#failWaiting(closed());
    if (!wasReady) {
      this.#options.measures.deaths.add('start');
      return this.#failWaiting(notStarted());
    }
    if (suspect) this.#blame(suspect, overrun);
    this.#feedSoon();
  }

  /** Time is spent on one job alone; the memory may be that of others before it, and whoever ended the child another. */
  #blame(suspect: Job, overrun: Ending['overrun']): void {
    const reason = reasonOf(overrun);
    this.#options.log.warning('The process that reads documents ended: {reason}.', { reason });
    this.#options.measures.deaths.add(overrun ?? 'crash');
    suspect.deaths += 1;
    if (overrun !== 'time' && suspect.deaths < mostDeaths) return;
    this.#waiting.take(); // It is the first of those that came back.
    suspect.resolve({ kind: 'deadly', reason });
  }

  #failWaiting(failure: Failure): void {
    for (let job = this.#waiting.take(); job; job = this.#waiting.take()) job.reject(failure);
  }
}

function reasonOf(overrun: Ending['overrun']): string {
  if (overrun === 'time') return 'it takes too long to read';
  if (overrun === 'memory') return 'it takes too much memory to read';
  return 'Automerge stops at it';
}

function closed(): Failure {
  return new Failure('StoreUnavailable', 'Documents are no longer looked at: the server is stopping.');
}

function notStarted(cause?: unknown): Failure {
  return new Failure('StoreUnavailable', 'The process that reads documents does not start.', { cause });
}
