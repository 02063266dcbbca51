import { expect, test } from 'bun:test';
import { editDistance, findNearest, nearestNames } from '../../src/platform/nearest.ts';

const names = ['GROUNDMIST_HOST', 'GROUNDMIST_STORE', 'GROUNDMIST_LISTEN'];

test.each([
  ['GROUNDMIST_HOTS', 'GROUNDMIST_HOST'],
  ['GROUNDMIST_HOSTS', 'GROUNDMIST_HOST'],
  ['groundmist_listn', 'GROUNDMIST_LISTEN'],
  ['SOMETHING_ELSE', undefined],
  ['', undefined],
])('%j is nearest to %p', (text, nearest) => {
  expect(findNearest(text, names)).toBe(nearest);
});

test('a swap of neighbours is one step, so it wins over two other changes', () => {
  expect(findNearest('sitl', ['site-x', 'silt', 'sink'])).toBe('silt');
});

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
  const candidates = ['notes.app', 'notes.abb', 'notes.ap', 'notes.apple', 'notes.ap', 'com.example.other'];
  expect(nearestNames('notes.app', candidates)).toEqual(['notes.app', 'notes.ap', 'notes.abb']);
});

test.each([
  ['abc', ['app', 'demo'], undefined],
  ['ap', ['app', 'demo'], 'app'],
  ['comp', ['app', 'completion'], 'completion'],
  ['s', ['serve', 'status'], undefined],
  ['', ['a', 'bc'], undefined],
])(
  'a short word is near with one letter, and a beginning where only one begins so: %p of %p',
  (text, candidates, nearest) => {
    expect(findNearest(text, candidates)).toBe(nearest);
  },
);
