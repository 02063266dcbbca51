import type { Checkpoint } from './checkpoint.ts';
import type { Deeds } from './clients/crowd.ts';
import type { Machine } from './machine/machine.ts';
import { measureDisk, type Sample } from './machine/sample.ts';
import type { QuietPoint } from './quiet.ts';

/** Everything that a soak saw. */
export interface Observations {
  readonly deeds: Deeds;
  /** Each kind there is, with how often it happened. */
  readonly faults: Readonly<Record<string, number>>;
  readonly checkpoints: readonly Checkpoint[];
  /** Of the one server that lives long. */
  readonly samples: readonly Sample[];
  /** One at each checkpoint. */
  readonly quietPoints: readonly QuietPoint[];
  /** Which of the servers that ran is the one that lives long. */
  readonly longLife: number;
  readonly peakLogBytes: number;
  readonly peakTailBytes: number;
  readonly loggedBytes: number;
  /** How many servers ran, one after another. */
  readonly lives: number;
  readonly seconds: number;
  readonly isMemoryLimited: boolean;
  readonly hasSmallDisk: boolean;
}

const sampleEveryMs = 1_000;

/** Looks at a server from outside while it works. */
export class Watch implements Disposable {
  readonly #machine: Machine;
  readonly #deeds: Deeds;
  readonly #startedAt = performance.now();
  readonly #faults: Record<string, number>;
  readonly #checkpoints: Checkpoint[] = [];
  readonly #samples: Sample[] = [];
  readonly #quietPoints: QuietPoint[] = [];
  #longLife = 0;
  #peakLogBytes = 0;
  #peakTailBytes = 0;
  #isLongLife = false;
  readonly #timer: Timer;

  constructor(machine: Machine, deeds: Deeds, faults: readonly string[]) {
    this.#machine = machine;
    this.#deeds = deeds;
    this.#faults = Object.fromEntries(faults.map((fault) => [fault, 0]));
    this.#timer = setInterval(() => this.#sample(), sampleEveryMs);
  }

  get seconds(): number {
    return (performance.now() - this.#startedAt) / 1000;
  }

  get checkpoints(): number {
    return this.#checkpoints.length;
  }

  get seen(): Observations {
    return {
      deeds: this.#deeds,
      faults: this.#faults,
      checkpoints: this.#checkpoints,
      samples: this.#samples,
      quietPoints: this.#quietPoints,
      longLife: this.#longLife,
      peakLogBytes: this.#peakLogBytes,
      peakTailBytes: this.#peakTailBytes,
      loggedBytes: this.#machine.loggedBytes,
      lives: this.#machine.lives,
      seconds: this.seconds,
      isMemoryLimited: this.#machine.isMemoryLimited,
      hasSmallDisk: this.#machine.disk !== undefined,
    };
  }

  /** Between these two the server is one and the same, and what it holds is written down. */
  beginLongLife(): void {
    this.#isLongLife = true;
    this.#longLife = this.#machine.lives;
  }

  endLongLife(): void {
    this.#isLongLife = false;
  }

  struck(fault: string): void {
    this.#faults[fault] = (this.#faults[fault] ?? 0) + 1;
  }

  /** Nobody writes at the moment. */
  checked(checkpoint: Checkpoint, quiet: QuietPoint): void {
    this.#checkpoints.push(checkpoint);
    this.#quietPoints.push(quiet);
  }

  #sample(): void {
    const sample = this.#isLongLife ? this.#machine.sample(this.seconds) : undefined;
    if (sample) this.#samples.push(sample);
    const disk = measureDisk(this.#machine.dataDirectory);
    this.#peakLogBytes = Math.max(this.#peakLogBytes, disk.logBytes);
    this.#peakTailBytes = Math.max(this.#peakTailBytes, disk.tailBytes);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
