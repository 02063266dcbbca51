import { expect, test } from 'bun:test';
import { findDivergences, findLosses, type Copy, type Holder } from './divergence.ts';

const same: Copy = { heads: ['aa', 'bb'], content: '{"title":"One"}' };

function holder(name: string, copies: Readonly<Record<string, Copy>>, hasAll = false): Holder {
  return { name, copies: new Map(Object.entries(copies)), hasAll };
}

test('those who have the same agree, whoever has less', () => {
  const holders = [
    holder('laptop', { one: same, two: same }),
    holder('phone', { one: same }),
    holder('server', { one: same, two: same }, true),
  ];
  expect(findDivergences(holders)).toEqual([]);
});

test('other heads are told with who has them', () => {
  const holders = [holder('laptop', { one: same }), holder('phone', { one: { ...same, heads: ['aa'] } })];
  expect(findDivergences(holders)).toEqual(['one has the heads aa at phone and aa+bb at laptop']);
});

test('the same heads with another content are told', () => {
  const holders = [holder('laptop', { one: same }), holder('server', { one: { ...same, content: '{}' } })];
  expect(findDivergences(holders)).toEqual([
    'one has the same heads and another content at server than at laptop',
  ]);
});

test('a content that nobody looked at is not compared', () => {
  const holders = [holder('all', { one: { ...same, content: undefined } }), holder('server', { one: same })];
  expect(findDivergences(holders)).toEqual([]);
});

test('who must have all is told of what it lacks', () => {
  const holders = [holder('laptop', { one: same }), holder('server', {}, true)];
  expect(findDivergences(holders)).toEqual(['server does not have one, which laptop has']);
});

test('each acknowledged change that is not there is a loss', () => {
  const told = new Map([
    ['one', new Set(['aa', 'bb'])],
    ['two', new Set(['cc'])],
  ]);
  expect(findLosses(told, () => true)).toEqual([]);
  expect(findLosses(told, (_, head) => head !== 'bb')).toEqual(['one lost 1 acknowledged of 2: bb']);
});
