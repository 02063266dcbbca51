import { expect, test } from 'bun:test';
import type { Metric, Reading } from '../../../src/features/metrics/definition.ts';
import { expose } from '../../../src/features/metrics/exposition.ts';
import type { Snapshot } from '../../../src/features/metrics/snapshot.ts';

const nothing = {} as Snapshot;

function told(type: Metric['type'], reading: Reading, help = 'What it is'): string {
  return expose([{ name: 'mist', type, help, read: () => reading }], nothing);
}

test('a number stands below what it is', () => {
  expect(told('gauge', 1.5)).toBe('# HELP mist What it is\n# TYPE mist gauge\nmist 1.5\n');
});

test('labels and help are escaped as the format asks', () => {
  const labels = { one: 'a"b\\c\nd', two: '' };
  expect(told('counter', [{ labels, value: 2 }], 'of \\ and\nlines')).toBe(
    '# HELP mist of \\\\ and\\nlines\n# TYPE mist counter\nmist{one="a\\"b\\\\c\\nd",two=""} 2\n',
  );
});

test('a distribution has its buckets, its sum and its count', () => {
  const reading = { buckets: [[0.1, 1] as const, [2.5, 3] as const], count: 4, sum: 12 };
  expect(told('histogram', reading).split('\n').slice(2)).toEqual([
    'mist_bucket{le="0.1"} 1',
    'mist_bucket{le="2.5"} 3',
    'mist_bucket{le="+Inf"} 4',
    'mist_sum 12',
    'mist_count 4',
    '',
  ]);
});

test.each([
  [Infinity, '+Inf'],
  [-Infinity, '-Inf'],
  [NaN, 'NaN'],
  [1e21, '1e+21'],
  [0.00025, '0.00025'],
])('%d is written as Go reads it', (value, text) => {
  expect(told('gauge', value)).toEndWith(`mist ${text}\n`);
});

test('what has nothing to say is left out', () => {
  expect(told('gauge', undefined)).toBe('');
  expect(told('gauge', [])).toBe('');
});
