import { expect, test } from 'bun:test';
import { nearestNames } from '../../../src/features/inspect/nearest.ts';

test('the nearest come first, each once, three at most, the far ones not at all', () => {
  const names = ['notes.app', 'notes.abb', 'notes.ap', 'notes.apple', 'notes.ap', 'com.example.other'];
  expect(nearestNames('notes.app', names)).toEqual(['notes.app', 'notes.ap', 'notes.abb']);
});
