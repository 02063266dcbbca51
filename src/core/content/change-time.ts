/** Later than any clock: a time this large is in milliseconds. */
const leastMilliseconds = 100_000_000_000;

/**
 * When a change says that it was made, in milliseconds since 1970; undefined where it does not say. The format leaves
 * the unit to who writes: Automerge's JavaScript writes seconds, others milliseconds.
 */
export function changeTime(time: number): number | undefined {
  if (time === 0) return undefined;
  const milliseconds = Math.abs(time) < leastMilliseconds ? time * 1000 : time;
  return Number.isNaN(new Date(milliseconds).getTime()) ? undefined : milliseconds;
}
