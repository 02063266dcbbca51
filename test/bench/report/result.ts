import type { Figure, Row } from '../scenarios/scenario.ts';
import { medianOf } from './statistics.ts';

export type Side = 'stock' | 'groundmist';

/** What all runs found for one row. */
export interface Result {
  readonly row: Row;
  readonly stock: Finding;
  readonly groundmist: Finding;
  /** How many times better groundmist is. */
  readonly ratio: number | undefined;
  /** 1 or more where the goal is met; undefined where there is none, or nothing to hold against it. */
  readonly reached: number | undefined;
}

export interface Finding {
  /** The median of the runs; undefined of none. */
  readonly value: number | undefined;
  readonly values: readonly number[];
  readonly generatorShare: number | undefined;
}

export function toResult(row: Row, figures: Readonly<Record<Side, readonly Figure[]>>): Result {
  const stock = toFinding(figures.stock);
  const groundmist = toFinding(figures.groundmist);
  const ratio = ratioOf(row, stock.value, groundmist.value);
  const reached =
    groundmist.value === undefined ? undefined : row.goal?.reached({ groundmist: groundmist.value, ratio });
  return { row, stock, groundmist, ratio, reached };
}

function toFinding(figures: readonly Figure[]): Finding {
  const values = figures.map(({ value }) => value);
  const shares = figures.flatMap(({ generatorShare }) => generatorShare ?? []);
  return {
    value: values.length > 0 ? medianOf(values) : undefined,
    values,
    generatorShare: shares.length > 0 ? medianOf(shares) : undefined,
  };
}

function ratioOf({ better }: Row, stock: number | undefined, ours: number | undefined): number | undefined {
  if (stock === undefined || ours === undefined) return undefined;
  const ratio = better === 'less' ? stock / ours : ours / stock;
  return Number.isFinite(ratio) ? ratio : undefined;
}
