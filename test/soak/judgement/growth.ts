/** A figure at a time, in seconds. */
export interface Point {
  readonly at: number;
  readonly value: number;
}

export interface Allowance {
  /** What it may grow by over the time that is judged, in its unit. */
  readonly absolute: number;
  /** And as a part of what it was at the beginning; the larger of the two counts. */
  readonly relative: number;
}

export interface Growth {
  readonly points: number;
  readonly first: number;
  readonly last: number;
  readonly perHour: number;
  /** By the slope, over the time from the first point to the last. */
  readonly over: number;
  readonly allowed: number;
  readonly isTooMuch: boolean;
}

const secondsPerHour = 3600;

/**
 * How much a series grows, by the slope of Theil and Sen: the median of the slopes between all pairs of points, which the peaks of
 * up to 29 % of them do not move. Undefined of a series too short to say anything.
 */
export function judgeGrowth(points: readonly Point[], allowance: Allowance): Growth | undefined {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || points.length < 3) return undefined;
  const slope = medianOf(slopesOf(points));
  // The line through the points, from the median of what is left without the slope.
  const start = medianOf(points.map(({ at, value }) => value - slope * (at - first.at)));
  const over = slope * (last.at - first.at);
  const allowed = Math.max(allowance.absolute, allowance.relative * start);
  return {
    points: points.length,
    first: start,
    last: start + over,
    perHour: slope * secondsPerHour,
    over,
    allowed,
    isTooMuch: over > allowed,
  };
}

/** The least of each window of so many seconds: what is still held once the work of the moment is done. */
export function lowest(points: readonly Point[], windowSeconds: number): readonly Point[] {
  const windows = Map.groupBy(points, ({ at }) => Math.floor(at / windowSeconds));
  return [...windows].map(([window, inside]) => ({
    at: window * windowSeconds,
    value: Math.min(...inside.map(({ value }) => value)),
  }));
}

function slopesOf(points: readonly Point[]): readonly number[] {
  return points.flatMap((left, index) =>
    points
      .slice(index + 1)
      .filter(({ at }) => at !== left.at)
      .map((right) => (right.value - left.value) / (right.at - left.at)),
  );
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
