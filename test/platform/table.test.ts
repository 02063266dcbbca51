import { expect, test } from 'bun:test';
import { fitTable, formatTable } from '../../src/platform/table.ts';

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

const rows = [
  ['NAME', 'WHERE'],
  ['one', 'here'],
  ['two', 'somewhere else'],
];

test('a table that fits is a table', () => {
  expect(fitTable(rows, 20)).toBe('NAME  WHERE\none   here\ntwo   somewhere else');
});

test('in a terminal that is too narrow for it, each row stands by itself', () => {
  expect(fitTable(rows, 19)).toBe('NAME   one\nWHERE  here\n\nNAME   two\nWHERE  somewhere else');
});
