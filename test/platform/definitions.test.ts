import { expect, test } from 'bun:test';
import { formatDefinitions, widestTerm, wrapText } from '../../src/platform/definitions.ts';

const rows = [
  ['short', 'one two three four five six seven'],
  ['much-longer', 'one'],
  ['alone', ''],
] as const;

test('texts stand in one column beside the terms, and go on below themselves', () => {
  expect(formatDefinitions(rows, { width: 40 })).toBe(
    [
      '  short        one two three four five',
      '               six seven',
      '  much-longer  one',
      '  alone',
    ].join('\n'),
  );
});

test('where too little is left beside the terms, texts stand below them', () => {
  expect(formatDefinitions(rows.slice(0, 2), { width: 30 })).toBe(
    ['  short', '      one two three four five', '      six seven', '  much-longer', '      one'].join('\n'),
  );
});

test('several lists stand in line by the width of the widest term', () => {
  const termWidth = widestTerm(rows);
  expect(termWidth).toBe(11);
  expect(formatDefinitions([['a', 'b']], { width: 80, termWidth })).toBe('  a            b');
});

test('a painted term takes the room of the plain one', () => {
  const paint = (term: string) => `\u001b[1m${term}\u001b[22m`;
  expect(
    formatDefinitions(
      [
        ['a', 'b'],
        ['cc', 'd'],
      ],
      { width: 80, paint },
    ),
  ).toBe('  \u001b[1ma\u001b[22m   b\n  \u001b[1mcc\u001b[22m  d');
});

test('a word that is longer than the line keeps it to itself; wide letters count as two', () => {
  expect(wrapText('a https://long.example/path b', 10)).toEqual(['a', 'https://long.example/path', 'b']);
  expect(wrapText('日本 日本 日本', 9)).toEqual(['日本 日本', '日本']);
  expect(wrapText('', 9)).toEqual(['']);
});
