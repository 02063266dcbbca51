export function medianOf(values: readonly number[]): number {
  return percentileOf(values, 50);
}

/** The value that so many percent of them do not exceed; NaN of none. */
export function percentileOf(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const index = Math.min(sorted.length - 1, Math.floor((percent / 100) * sorted.length));
  return sorted[index] ?? Number.NaN;
}
