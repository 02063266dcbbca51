import { expect, test } from 'bun:test';
import { newTally, tryHistory } from './honest-changes.ts';

const seeds = 60;

test('nothing that Automerge of either generation writes is refused, whatever stands before it', () => {
  const first = Math.floor(Math.random() * 1_000_000);
  console.log(`honest histories of the seeds from ${first}`);
  const tally = newTally();
  for (let seed = first; seed < first + seeds; seed += 1) tryHistory(seed, tally);
  expect(tally.refused).toEqual([]);
  expect(tally.unmade).toBeLessThan(seeds / 4);
});
