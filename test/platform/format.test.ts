import { expect, test } from 'bun:test';
import { formatTime } from '../../src/platform/format.ts';

test.each<[number | undefined, string]>([
  [Date.UTC(2025, 10, 21, 5, 41, 7, 89), '2025-11-21 05:41:07Z'],
  [Date.UTC(10_000, 0, 1), '+010000-01-01'],
  [Date.UTC(-1, 0, 1), '-000001-01-01'],
  [8.64e15, '+275760-09-13'],
  [undefined, '–'],
  [Infinity, '–'],
])('%p as a time of 20 columns at most is %s', (milliseconds, text) => {
  expect(formatTime(milliseconds)).toBe(text);
});
