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
  [-5, '0 minutes'],
  [60_000, '1 minute'],
  [119 * 60_000, '119 minutes'],
  [120 * 60_000, '2 hours'],
  [47 * 3_600_000, '47 hours'],
  [48 * 3_600_000, '2 days'],
])('%i ms is said as %s', (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text);
});
