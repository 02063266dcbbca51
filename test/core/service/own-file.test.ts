import { expect, test } from 'bun:test';
import { authorshipOf, sealText } from '../../../src/core/service/own-file.ts';

const mark = '# ours';

test('a text of ours is ours until somebody changes it', () => {
  const text = sealText(mark, 'one\ntwo\n');
  expect(authorshipOf(text, mark)).toBe('ours');
  expect(authorshipOf(text.replace('two', 'three'), mark)).toBe('changed');
  expect(authorshipOf(`${text}more\n`, mark)).toBe('changed');
});

test('what an earlier version made, without a sum, is ours; what has no mark is not', () => {
  expect(authorshipOf(`${mark}\none\n`, mark)).toBe('ours');
  expect(authorshipOf('one\n', mark)).toBe('foreign');
  expect(authorshipOf(`${mark}s\none\n`, mark)).toBe('foreign');
});
