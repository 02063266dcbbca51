import { expect, test } from 'bun:test';
import { wrap, wrapCommand } from '../../../src/features/demo/wrap.ts';

test('a text is broken between words, and each line fits', () => {
  expect(wrap('one two three four', 9)).toEqual(['one two', 'three', 'four']);
  expect(wrap('', 9)).toEqual(['']);
});

test('a word that fits nowhere has a line of its own, whole', () => {
  expect(wrap('see did:plc:5jzgh3w6kvh5dwfzag4xj4lg now', 10)).toEqual([
    'see',
    'did:plc:5jzgh3w6kvh5dwfzag4xj4lg',
    'now',
  ]);
});

test('columns count and not code units', () => {
  expect(wrap('日本語 日本語', 8)).toEqual(['日本語', '日本語']);
});

test('a command over several lines is one that a shell takes', () => {
  const lines = wrapCommand(['groundmist', 'inspect', '--data-dir', 'data'], 24);
  expect(lines).toEqual(['groundmist inspect \\', '  --data-dir data']);
  expect(lines.join('\n').replaceAll(/\\\n */g, '')).toBe('groundmist inspect --data-dir data');
});

test('a command is not broken within a word that holds spaces', () => {
  expect(wrapCommand(['groundmist', 'inspect', "'My Apps'"], 26)).toEqual([
    'groundmist inspect \\',
    "  'My Apps'",
  ]);
});
