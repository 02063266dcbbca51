import { expect, test } from 'bun:test';
import { changeTime } from '../../../src/core/content/change-time.ts';

test('a change says when it was made, in seconds or in milliseconds', () => {
  expect(changeTime(1_700_000_000)).toBe(1_700_000_000_000);
  expect(changeTime(1_700_000_000_123)).toBe(1_700_000_000_123);
  expect(changeTime(-86_400)).toBe(-86_400_000);
});

test('a change that says no time, or one that no calendar has, was made nobody knows when', () => {
  expect(changeTime(0)).toBeUndefined();
  expect(changeTime(9e15)).toBeUndefined();
  expect(changeTime(Number.NaN)).toBeUndefined();
});
