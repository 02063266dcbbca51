import { expect, test } from 'bun:test';
import { painter } from '../../src/platform/colour.ts';

test('text is painted for a terminal that shows colours, and is as it was for all else', () => {
  expect(painter({ hasColor: true })('text', 'x')).toBe('\u001b[32mx\u001b[39m');
  expect(painter({ hasColor: false })('text', 'x')).toBe('x');
});
