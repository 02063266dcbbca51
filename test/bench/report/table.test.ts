import { expect, test } from 'bun:test';
import type { Row } from '../scenarios/scenario.ts';
import { atMost, timesBetter } from './goal.ts';
import { toResult } from './result.ts';
import { formatFigure, renderResults } from './table.ts';

const row: Row = { id: 'row', measure: 'CPU', unit: 'ms', better: 'less', goal: timesBetter(40) };

test('the ratio says how many times better groundmist is, less or more being better', () => {
  const figures = { stock: [{ value: 1 }, { value: 4 }, { value: 2 }], groundmist: [{ value: 0.5 }] };
  expect(toResult(row, figures).ratio).toBe(4);
  expect(toResult({ ...row, better: 'more' }, figures).ratio).toBe(0.25);
});

test('a goal that is missed says by how much', () => {
  const missed = toResult(row, {
    stock: [{ value: 2 }],
    groundmist: [{ value: 0.5, generatorShare: 0.031 }],
  });
  expect(renderResults([missed]).split('\n').at(-1)).toBe(
    '| CPU     | 2 ms  | 0.5 ms     | 4×    | ≥ 40× | no, by 10× | – / 3 %   |',
  );
});

test('a goal without a stock figure can be met where it needs none, and says nothing where it does', () => {
  const figures = { stock: [], groundmist: [{ value: 50 }] };
  expect(toResult({ ...row, goal: atMost(60, 'ms') }, figures).reached).toBe(1);
  expect(toResult(row, figures).reached).toBeUndefined();
});

test('nothing lost where nothing may be lost is a goal met, and something is not', () => {
  const goal = atMost(0, '%');
  expect(goal.reached({ groundmist: 0, ratio: undefined })).toBe(1);
  expect(goal.reached({ groundmist: 3, ratio: undefined })).toBe(0);
});

test('figures have three digits that mean something', () => {
  expect([0, 0.04512, 12.34, 1234.5, 259_712].map((value) => formatFigure(value, 'ms'))).toEqual([
    '0 ms',
    '0.0451 ms',
    '12.3 ms',
    '1,235 ms',
    '259,712 ms',
  ]);
});
