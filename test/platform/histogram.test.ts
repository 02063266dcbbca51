import { expect, test } from 'bun:test';
import { Histogram } from '../../src/platform/histogram.ts';

test('each bucket has what is at most its bound, those below it too; what is above all is in the count', () => {
  const histogram = new Histogram([1, 10]);
  for (const value of [0, 1, 1.5, 10, 11]) histogram.add(value);
  expect(histogram.read()).toEqual({
    buckets: [
      [1, 2],
      [10, 4],
    ],
    count: 5,
    sum: 23.5,
  });
});
