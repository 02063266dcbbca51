import { expect, test } from 'bun:test';
import { editDistance, nearestNames } from '../../../src/features/inspect/nearest.ts';

test.each([
  ['', '', 0],
  ['', 'abc', 3],
  ['kitten', 'sitting', 3],
  ['libary', 'library', 1],
  ['abc', 'abc', 0],
])('from "%s" to "%s" it is %d edits', (one, other, distance) => {
  expect(editDistance(one, other)).toBe(distance);
  expect(editDistance(other, one)).toBe(distance);
});

test('the nearest come first, each once, three at most, the far ones not at all', () => {
  const names = ['notes.app', 'notes.abb', 'notes.ap', 'notes.apple', 'notes.ap', 'com.example.other'];
  expect(nearestNames('notes.app', names)).toEqual(['notes.app', 'notes.ap', 'notes.abb']);
});
