import { expect, test } from 'bun:test';
import { floorsOf, lowest, trendOf, type Point } from './growth.ts';

/** A point every half minute of thirteen. */
function series(valueAt: (seconds: number) => number): readonly Point[] {
  return Array.from({ length: 26 }, (_, n) => ({ at: n * 30, value: valueAt(n * 30) }));
}

test('a line is what it is, without a doubt', () => {
  const trend = trendOf(series((seconds) => 10 + seconds / 30));
  expect(trend?.first).toBeCloseTo(10);
  expect(trend?.last).toBeCloseTo(35);
  for (const slope of [trend?.perMinute, trend?.leastPerMinute, trend?.mostPerMinute])
    expect(slope).toBeCloseTo(2);
});

test('a quarter of wild points move nothing', () => {
  const wild = series((seconds) => (seconds % 120 === 0 ? seconds * 1_000 : 60));
  expect(trendOf(wild)).toMatchObject({ perMinute: 0, first: 60, last: 60 });
});

test('what goes up and down may have any slope between two that are told', () => {
  const trend = trendOf(series((seconds) => (seconds * 7) % 100));
  expect(trend?.leastPerMinute).toBeLessThan(0);
  expect(trend?.mostPerMinute).toBeGreaterThan(0);
});

test('five points say nothing', () => {
  expect(trendOf(series((seconds) => seconds).slice(0, 5))).toBeUndefined();
  expect(trendOf(series((seconds) => seconds).slice(0, 6))).toBeDefined();
});

test('of each window the lowest is left', () => {
  const points = [5, 3, 9, 8, 7, 20].map((value, n) => ({ at: n * 10, value }));
  expect(lowest(points, 20)).toEqual([
    { at: 0, value: 3 },
    { at: 20, value: 8 },
    { at: 40, value: 7 },
  ]);
});

test('what comes and goes has the floor of before, and what stays does not', () => {
  expect(floorsOf(series((seconds) => 30 + (seconds % 90) / 30))).toEqual({ first: 30, last: 30 });
  expect(floorsOf(series((seconds) => 30 + Math.floor(seconds / 240)))).toEqual({ first: 30, last: 32 });
});
