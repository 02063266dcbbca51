import { expect, test } from 'bun:test';
import { tryMutants, type Tally } from './mutants.ts';

const seeds = 6;
const mutants = 150;

test('what is taken of changes that were tampered with, Automerge takes', () => {
  const first = Math.floor(Math.random() * 1_000_000);
  console.log(`mutants of the seeds from ${first}`);
  const tally: Tally = new Map();
  for (let seed = first; seed < first + seeds; seed += 1) tryMutants(seed, mutants, tally);
  const names = [...tally.keys()];
  expect(names.filter((name) => name.startsWith('laxer'))).toEqual([]);
  expect(names).toContain('taken by both');
  expect(names).toContain('refused by both');
});
