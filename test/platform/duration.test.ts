import { expect, test } from 'bun:test';
import { formatDuration, parseDuration } from '../../src/platform/duration.ts';

test.each([
  ['30m', 30 * 60_000],
  ['24h', 86_400_000],
  ['7d', 7 * 86_400_000],
])('%s is a time', (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds);
});

test.each(['', '0h', '-1h', '1', 'h', '1.5h', '1s', '1w', ' 1h', '1 h', '1000000m'])('%p is none', (text) => {
  expect(parseDuration(text)).toBeUndefined();
});

test.each([
  [0, '0 s'],
  [-5, '0 s'],
  [59.9, '59 s'],
  [60, '1 min'],
  [725, '12 min 5 s'],
  [3_600, '1 h'],
  [3_600 * 4 + 725, '4 h 12 min'],
  [86_400, '1 day'],
  [86_400 * 3 + 3_600 * 4 + 59, '3 days 4 h'],
  [86_400 * 400 + 59, '400 days'],
])('%d seconds are %s', (seconds, words) => {
  expect(formatDuration(seconds)).toBe(words);
});
