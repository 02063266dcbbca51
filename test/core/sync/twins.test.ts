import { expect, test } from 'bun:test';
import { noFigures, runTwins } from './twins.ts';

const runs = 16;
/** Automerge 2.2 sends a change that both sides have again, at each answer. */
const remembered = [59, 1023];

test('clients of both generations come to hold what they hold at a server that is nothing but Automerge', async () => {
  const first = Math.floor(Math.random() * 1_000_000);
  console.log(`twins of the seeds from ${first}`);
  const figures = noFigures();
  for (const seed of remembered) await runTwins(seed, figures);
  for (let seed = first; seed < first + runs; seed += 1) await runTwins(seed, figures);
  expect(figures.messages).toBeGreaterThan(runs);
}, 60_000);
