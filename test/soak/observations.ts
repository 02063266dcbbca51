import type { Checkpoint } from './checkpoint.ts';
import type { Deeds } from './clients/crowd.ts';
import type { Machine } from './machine/machine.ts';
import { measureDisk, sampleProcess, type DiskUse, type Sample } from './machine/sample.ts';

/** Everything that a soak saw. */
export interface Observations {
  readonly deeds: Deeds;
  readonly faults: Record<string, number>;
  readonly checkpoints: readonly Checkpoint[];
  /** Of the one server that lives long. */
  readonly samples: readonly Sample[];
  /** At the last checkpoint. */
  readonly disk: DiskUse & { readonly documentBytes: number };
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
  readonly #faults: Record<string, number> = {};
  readonly #checkpoints: Checkpoint[] = [];
  readonly #samples: Sample[] = [];
  #disk: Observations['disk'] = { totalBytes: 0, logBytes: 0, tailBytes: 0, temporary: 0, documentBytes: 0 };
  #peakLogBytes = 0;
  #peakTailBytes = 0;
  #isLongLife = false;
  readonly #timer: Timer;

  constructor(machine: Machine, deeds: Deeds) {
    this.#machine = machine;
    this.#deeds = deeds;
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
      disk: this.#disk,
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
  }

  endLongLife(): void {
    this.#isLongLife = false;
  }

  struck(fault: string): void {
    this.#faults[fault] = (this.#faults[fault] ?? 0) + 1;
  }

  /** Nobody writes at the moment. */
  checked(checkpoint: Checkpoint, documentBytes: number): void {
    this.#checkpoints.push(checkpoint);
    this.#disk = { ...this.#measureDisk(), documentBytes };
  }

  #sample(): void {
    const sample = this.#isLongLife ? sampleProcess(this.#machine.server.pid, this.seconds) : undefined;
    if (sample) this.#samples.push(sample);
    this.#measureDisk();
  }

  #measureDisk(): DiskUse {
    const disk = measureDisk(this.#machine.dataDirectory);
    this.#peakLogBytes = Math.max(this.#peakLogBytes, disk.logBytes);
    this.#peakTailBytes = Math.max(this.#peakTailBytes, disk.tailBytes);
    return disk;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
