import { expect, test } from 'bun:test';
import { formatTable } from '../../src/platform/table.ts';

test('columns are as wide as a terminal shows their cells, and lines have no blank ends', () => {
  const rows = [
    ['NAME', 'SIZE', ''],
    ['日本', '1', 'x'],
    ['é', '22', 'a long last cell'],
  ];
  expect(formatTable(rows)).toBe('NAME  SIZE\n日本  1     x\né     22    a long last cell');
});

test('no rows are no text', () => {
  expect(formatTable([])).toBe('');
});
