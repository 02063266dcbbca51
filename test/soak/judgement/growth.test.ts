import { expect, test } from 'bun:test';
import { seededRandom } from '../../support/seeded-random.ts';
import { judgeGrowth, lowest, type Point } from './growth.ts';

const mebibyte = 2 ** 20;
const allowance = { absolute: 8 * mebibyte, relative: 0.1 };
const minutes = 18;

/** A point every ten seconds. */
function series(valueAt: (seconds: number) => number): readonly Point[] {
  return Array.from({ length: minutes * 6 }, (_, n) => ({ at: n * 10, value: valueAt(n * 10) }));
}

/** What memory looks like that is collected now and then: teeth of 20 MiB, and noise. */
function teeth(seed: number): (seconds: number) => number {
  const random = seededRandom(seed);
  return (seconds) => (60 + 20 * ((seconds % 70) / 70) + 4 * (random() - 0.5)) * mebibyte;
}

test.each([1, 2, 3, 4, 5])('memory that comes and goes has not grown (seed %d)', (seed) => {
  const growth = judgeGrowth(series(teeth(seed)), allowance);
  expect(growth?.isTooMuch).toBe(false);
  expect(Math.abs(growth?.over ?? Number.NaN)).toBeLessThan(4 * mebibyte);
});

test.each([1, 2, 3, 4, 5])('a leak of a megabyte a minute is seen below the same noise (seed %d)', (seed) => {
  const noise = teeth(seed);
  const leaking = series((seconds) => noise(seconds) + (seconds / 60) * mebibyte);
  expect(judgeGrowth(leaking, allowance)?.isTooMuch).toBe(true);
});

test('a quarter of wild points move nothing', () => {
  const wild = series((seconds) => (seconds % 40 === 0 ? seconds * mebibyte : 60 * mebibyte));
  expect(judgeGrowth(wild, allowance)?.over).toBe(0);
});

test('a descriptor that stays open every two minutes is seen', () => {
  const files = series((seconds) => 30 + Math.floor(seconds / 120) + (seconds % 3));
  expect(judgeGrowth(files, { absolute: 4, relative: 0 })?.isTooMuch).toBe(true);
});

test('what shrinks has not grown', () => {
  const shrinking = series((seconds) => (80 - seconds / 60) * mebibyte);
  expect(judgeGrowth(shrinking, allowance)).toMatchObject({ isTooMuch: false });
});

test('the larger of the two allowances counts', () => {
  const grown = series((seconds) => (200 + (15 * seconds) / (minutes * 60)) * mebibyte);
  expect(judgeGrowth(grown, allowance)?.isTooMuch).toBe(false);
  expect(judgeGrowth(grown, { ...allowance, relative: 0 })?.isTooMuch).toBe(true);
});

test('two points say nothing', () => {
  const two = [
    { at: 0, value: 1 },
    { at: 100, value: 1000 },
  ];
  expect(judgeGrowth(two, allowance)).toBeUndefined();
});

test('of each window the lowest is left', () => {
  const points = [5, 3, 9, 8, 7, 20].map((value, n) => ({ at: n * 10, value }));
  expect(lowest(points, 20)).toEqual([
    { at: 0, value: 3 },
    { at: 20, value: 8 },
    { at: 40, value: 7 },
  ]);
});
