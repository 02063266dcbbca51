import { expect, test } from 'bun:test';
import { Tally } from '../../src/platform/tally.ts';

test('names are counted, those known beforehand from 0 on', () => {
  const tally = new Tally<'one' | 'two' | 'other'>(['one', 'two']);
  tally.add('two');
  tally.add('two', 3);
  tally.add('other');
  expect(tally.entries).toEqual([
    ['one', 0],
    ['two', 4],
    ['other', 1],
  ]);
});
