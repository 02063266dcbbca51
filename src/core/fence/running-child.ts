import type { Clock } from '../../platform/clock.ts';
import { ChildProcess } from './child-process.ts';
import { encodeFrame, FrameError, type Frame } from './frame.ts';
import type { Job } from './job.ts';
import type { FenceLimits } from './limits.ts';
import { answers, operations } from './request.ts';
import { Watch, type Overrun } from './watch.ts';

export interface RunningChildOptions {
  readonly command: readonly string[];
  readonly limits: FenceLimits;
  readonly clock: Clock;
  /** Each answer makes room. */
  readonly onAnswer: () => void;
  readonly onEnd: (ending: Ending) => void;
}

/** How a child ended, and what it leaves undone. */
export interface Ending {
  /** It had started properly, so that the fault may lie with what it was given. */
  readonly wasReady: boolean;
  readonly overrun: Overrun | undefined;
  /** What it was at. */
  readonly suspect: Job | undefined;
  /** Unanswered, in their order, without the suspect. */
  readonly others: readonly Job[];
}

const megabyte = 2 ** 20;

/** One child from its start to its end, and the jobs it is at. */
export class RunningChild {
  readonly #options: RunningChildOptions;
  readonly #process: ChildProcess;
  readonly #watch: Watch;
  /** By number, in the order in which they are answered. */
  readonly #jobs = new Map<number, Job>();
  #bytes = 0;
  #lastNumber = 0;
  #isReady = false;
  /** It is killed, and gets nothing more to do. */
  #isEnding = false;
  #overrun: { readonly kind: Overrun; readonly job: Job | undefined } | undefined;

  /** Throws where it cannot be started. */
  constructor(options: RunningChildOptions) {
    this.#options = options;
    this.#process = new ChildProcess(options.command, {
      onFrame: (frame) => this.#take(frame),
      onEnd: () => this.#end(),
    });
    this.#watch = new Watch(this, options.limits.watchMs, options.clock, (overrun) => this.#stop(overrun));
  }

  get isIdle(): boolean {
    return this.#jobs.size === 0;
  }

  get jobCount(): number {
    return this.#jobs.size;
  }

  get current(): { readonly subject: unknown; readonly deadlineMs: number } | undefined {
    const { startMs, deadlineMs, deadlinePerMegabyteMs } = this.#options.limits;
    const [first] = this.#jobs;
    if (!this.#isReady) return { subject: 'start', deadlineMs: startMs };
    if (first === undefined) return undefined;
    const [number, { sizeBytes }] = first;
    return { subject: number, deadlineMs: deadlineMs + (sizeBytes / megabyte) * deadlinePerMegabyteMs };
  }

  get memoryBytes(): number | undefined {
    return this.#process.memoryBytes;
  }

  get memoryLimitBytes(): number {
    return this.#options.limits.memoryBytes;
  }

  hasRoomFor(job: Job): boolean {
    const { inFlightBytes, inFlightCount } = this.#options.limits;
    if (this.#isEnding) return false;
    if (this.isIdle) return true;
    return this.#jobs.size < inFlightCount && this.#bytes + job.sizeBytes <= inFlightBytes;
  }

  /** Leaves with the next `flush`. */
  send(job: Job): void {
    this.#lastNumber = (this.#lastNumber + 1) >>> 0;
    this.#jobs.set(this.#lastNumber, job);
    this.#bytes += job.sizeBytes;
    const kind = operations.indexOf(job.operation);
    this.#process.write(encodeFrame({ number: this.#lastNumber, kind, parts: job.parts }));
    this.#watch.start();
  }

  flush(): void {
    this.#process.flush();
  }

  /** Settles once the process is gone. */
  kill(): Promise<void> {
    this.#isEnding = true;
    this.#process.kill();
    return this.#process.ended;
  }

  #stop(kind: Overrun): void {
    if (this.#isEnding) return;
    const [job] = this.#jobs.values();
    this.#overrun = { kind, job };
    void this.kill(); // Its end is heard of as any other.
  }

  /** Throws at what is not the answer to the oldest job. */
  #take({ number, kind, parts }: Frame): void {
    const answer = answers[kind];
    if (answer === 'ready') {
      this.#isReady = true;
      return;
    }
    const [first] = this.#jobs;
    if (first === undefined || first[0] !== number || answer === undefined) {
      throw new FrameError(`an answer that nobody waits for: ${kind} to ${number}`);
    }
    const [, job] = first;
    this.#jobs.delete(number);
    this.#bytes -= job.sizeBytes;
    if (answer === 'done') job.resolve({ kind: 'done', parts });
    else job.resolve({ kind: 'refused', reason: new TextDecoder().decode(parts[0]) });
    this.#options.onAnswer();
  }

  /** Whoever was over its limit and has been answered all the same is no longer to blame. */
  #end(): void {
    this.#watch.stop();
    const unanswered = [...this.#jobs.values()];
    const suspect = this.#overrun ? unanswered.find((job) => job === this.#overrun?.job) : unanswered[0];
    this.#options.onEnd({
      wasReady: this.#isReady,
      overrun: this.#overrun?.kind,
      suspect,
      others: unanswered.filter((job) => job !== suspect),
    });
  }
}
