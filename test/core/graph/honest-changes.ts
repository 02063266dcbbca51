import * as Automerge from '@automerge/automerge';
import type { Change } from '../../../src/core/format/change.ts';
import { readDocument } from '../../../src/core/format/document.ts';
import type { ChangeGraph } from '../../../src/core/graph/change-graph.ts';
import type { OperationIndex } from '../../../src/core/graph/operation-index.ts';
import { takeIn } from '../../../src/core/sync/take-in.ts';
import { changeOf, graphOf, newIndex } from '../../support/change-graphs.ts';
import { onlyChunk } from '../../support/chunks.ts';
import { libraries, randomHistory } from '../../support/histories.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { wideHistory } from '../../support/wide-history.ts';

/*
 * What Automerge writes, given to our check of what it refers to. As a script:
 * `bun --no-env-file test/core/graph/honest-changes.ts [first seed] [seeds]`.
 */

const budget = { inflatedBytes: 64 * 2 ** 20, operations: 1_000_000 };

export interface Tally {
  histories: number;
  changes: number;
  /** Histories that Automerge itself could not make: it has panics of its own. */
  unmade: number;
  readonly refused: string[];
}

export function newTally(): Tally {
  return { histories: 0, changes: 0, unmade: 0, refused: [] };
}

/** Takes the changes of a random history in: on top of nothing, and those of its end on top of a document chunk of the others. */
export function tryHistory(seed: number, tally: Tally): void {
  const library = Object.values(libraries)[seed % 3 === 0 ? 1 : 0] ?? Automerge;
  const made = madeWith(library, seed);
  if (!made) {
    tally.unmade += 1;
    return;
  }
  const split = Math.floor(seededRandom(seed)() * made.length);
  const changes = made.map(changeOf);
  const [before] = Automerge.applyChanges(Automerge.init(), made.slice(0, split));
  const refused = [
    whyRefused(graphOf(), newIndex(), changes),
    whyRefused(graphOf(before), split === 0 ? newIndex() : indexOf(before), changes.slice(split)),
  ];
  tally.histories += 1;
  tally.changes += changes.length;
  for (const reason of refused) if (reason !== undefined) tally.refused.push(`seed ${seed}: ${reason}`);
}

function madeWith(library: typeof Automerge, seed: number): readonly Uint8Array[] | undefined {
  try {
    const doc = seed % 4 === 0 ? randomHistory(library, seed, 40) : wideHistory(library, seed, 40);
    return Automerge.getAllChanges(Automerge.load(library.save(doc)));
  } catch {
    return undefined;
  }
}

function whyRefused(
  graph: ChangeGraph,
  index: OperationIndex,
  changes: readonly Change[],
): string | undefined {
  const { refused, missing, news } = takeIn(graph, index, changes);
  if (refused) return refused.message;
  const isAll = missing.length === 0 && news.length === changes.length && index.isComplete;
  return isAll ? undefined : 'some were left out';
}

function indexOf(doc: Automerge.Doc<unknown>): OperationIndex {
  const document = readDocument(onlyChunk(Automerge.save(doc)), budget);
  if (typeof document === 'string') throw new Error(`this should be a document, and is ${document}`);
  const index = newIndex();
  index.addDocuments([document]);
  return index;
}

if (import.meta.main) {
  const [first = 1, seeds = 1_000] = process.argv.slice(2).map(Number);
  const tally = newTally();
  for (let seed = first; seed < first + seeds; seed += 1) tryHistory(seed, tally);
  const { histories, changes, unmade, refused } = tally;
  console.log(`${histories} histories of ${changes} changes, ${unmade} not made; refused: ${refused.length}`);
  console.log(refused.slice(0, 20).join('\n'));
}
