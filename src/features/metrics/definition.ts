import type { Distribution } from '../../platform/histogram.ts';
import type { Tally } from '../../platform/tally.ts';
import type { Snapshot } from './snapshot.ts';

/** One number of several, and which. */
export interface Labelled {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What a metric is now; undefined or empty where there is nothing to say. */
export type Reading = number | undefined | readonly Labelled[] | Distribution;

/** One metric as https://prometheus.io/docs/practices/naming has them: base units, counters end in `_total`. */
export interface Metric {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** What it counts, in a line. */
  readonly help: string;
  /** What its numbers are told apart by, in a few words of ours: none is ever an id, a name or an address of somebody. */
  readonly labels?: readonly string[];
  read(snapshot: Snapshot): Reading;
}

/** What a tally has, with its names as the values of a label. */
export function labelled(label: string, tally: Pick<Tally<string>, 'entries'>): readonly Labelled[] {
  return tally.entries.map(([name, value]) => ({ labels: { [label]: name }, value }));
}

/** The same of plain numbers. */
export function labelledNumbers(
  label: string,
  numbers: Readonly<Record<string, number>>,
): readonly Labelled[] {
  return labelled(label, { entries: Object.entries(numbers) });
}

/** Milliseconds as seconds, which is what Prometheus counts in. */
export function seconds(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : milliseconds / 1000;
}

export function inSeconds({ buckets, count, sum }: Distribution): Distribution {
  return { buckets: buckets.map(([bound, most]) => [bound / 1000, most]), count, sum: sum / 1000 };
}
