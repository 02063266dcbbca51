/** A figure at a time, in seconds. */
export interface Point {
  readonly at: number;
  readonly value: number;
}

/** A line through points. */
export interface Trend {
  readonly first: number;
  readonly last: number;
  readonly perMinute: number;
  /** Of a hundred lines through such noise, 95 are between these two. */
  readonly leastPerMinute: number;
  readonly mostPerMinute: number;
}

const secondsPerMinute = 60;
/** Of the normal distribution, for 95 %. */
const deviations = 1.96;
const leastPoints = 6;

/**
 * How a series rises, by the slope of Theil and Sen: the median of the slopes between all pairs of points, which the peaks of up to 29 %
 * of them do not move; and Sen's interval of confidence about it. Undefined of a series too short to say anything.
 */
export function trendOf(points: readonly Point[]): Trend | undefined {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || points.length < leastPoints) return undefined;
  const slopes = slopesOf(points).toSorted((left, right) => left - right);
  const slope = quantile(slopes, slopes.length / 2);
  // The line through the points, from the median of what is left without the slope.
  const rests = points.map(({ at, value }) => value - slope * (at - first.at));
  const start = quantile(
    rests.toSorted((left, right) => left - right),
    rests.length / 2,
  );
  const count = points.length;
  const spread = deviations * Math.sqrt((count * (count - 1) * (2 * count + 5)) / 18);
  return {
    first: start,
    last: start + slope * (last.at - first.at),
    perMinute: slope * secondsPerMinute,
    leastPerMinute: quantile(slopes, (slopes.length - spread) / 2) * secondsPerMinute,
    mostPerMinute: quantile(slopes, (slopes.length + spread) / 2) * secondsPerMinute,
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

/** The least in the first third of the time and in the last one: what stays open raises it. */
export function floorsOf(points: readonly Point[]): { readonly first: number; readonly last: number } {
  const [from, to] = [points[0]?.at ?? 0, points.at(-1)?.at ?? 0];
  const third = (to - from) / 3;
  const least = (inside: readonly Point[]): number => Math.min(...inside.map(({ value }) => value));
  return {
    first: least(points.filter(({ at }) => at <= from + third)),
    last: least(points.filter(({ at }) => at >= to - third)),
  };
}

function slopesOf(points: readonly Point[]): readonly number[] {
  return points.flatMap((left, index) =>
    points
      .slice(index + 1)
      .filter(({ at }) => at !== left.at)
      .map((right) => (right.value - left.value) / (right.at - left.at)),
  );
}

/** Of sorted values, the one at a place from 0 to their number; the middle of two where that is between them. */
function quantile(sorted: readonly number[], place: number): number {
  const at = (index: number): number => sorted[Math.min(Math.max(index, 0), sorted.length - 1)] ?? 0;
  return (at(Math.ceil(place) - 1) + at(Math.floor(place))) / 2;
}
