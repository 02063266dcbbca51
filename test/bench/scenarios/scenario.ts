import type { ServerKind } from '../servers/home.ts';
import type { Goal } from '../report/goal.ts';
import type { Sizes } from './sizes.ts';

export type Unit = 'ms' | 'µs' | 's' | 'KB' | 'MB' | '/s' | '%' | '×' | '';

/** One line of the table. */
export interface Row {
  readonly id: string;
  readonly measure: string;
  readonly unit: Unit;
  readonly better: 'less' | 'more';
  readonly goal?: Goal;
}

export interface Figure {
  readonly value: number;
  /** What the generator used of one core while it was measured. */
  readonly generatorShare?: number;
}

/** What one run found, by the id of the row. */
export type Figures = Readonly<Record<string, Figure>>;

/** Rows that one run against one server gives together. */
export interface Scenario {
  readonly name: string;
  /** How many runs each server has, in turn. */
  readonly rounds: (sizes: Sizes) => number;
  readonly rows: (sizes: Sizes) => readonly Row[];
  readonly measure: (kind: ServerKind, sizes: Sizes) => Promise<Figures>;
}
