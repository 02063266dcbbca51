import { Histogram } from '../../platform/histogram.ts';

const milliseconds = [0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000];

/** What the stores of a server have written, counted. */
export class StoreMeasures {
  /** How long it took until what was committed together was on disk, in milliseconds. */
  readonly commits = new Histogram(milliseconds);
  /** In those commits. */
  writes = 0;
  /** Of those, the ones that failed. */
  failedWrites = 0;

  committed({ durationMs, writes, failed }: Committed): void {
    this.commits.add(durationMs);
    this.writes += writes;
    this.failedWrites += failed;
  }
}

export interface Committed {
  readonly durationMs: number;
  readonly writes: number;
  readonly failed: number;
}
