import * as Automerge from '@automerge/automerge';
import { readChange } from '../../../src/core/format/change.ts';
import type { ChangeGraph } from '../../../src/core/graph/change-graph.ts';
import { placeOf } from '../../../src/core/graph/next-change.ts';
import { changeOf, graphOf, newIndex } from '../../support/change-graphs.ts';
import { mutateBytes, mutateOperations, type Random } from '../../support/change-mutants.ts';
import { ChangeSense } from '../../support/change-sense.ts';
import { onlyChunk } from '../../support/chunks.ts';
import { libraries, randomHistory } from '../../support/histories.ts';
import { seededRandom } from '../../support/seeded-random.ts';

/*
 * Changes that were tampered with under a valid hash, given to our check and to Automerge. As a script:
 * `bun --no-env-file test/core/format/mutants.ts [first seed] [seeds] [mutants of each]`.
 */

const budget = { inflatedBytes: 64 * 2 ** 20, operations: 1_000_000 };

/** How often what happened; the second name is why the changes before it would not have it, if they would not. */
export type Tally = Map<string, number>;

/** What mutants go on from. */
interface Ground {
  readonly before: Automerge.Doc<unknown>;
  readonly changes: readonly Uint8Array[];
  readonly graph: ChangeGraph;
  readonly sense: ChangeSense;
}

/** Takes the last change of a random history, and changes it so many times. */
export function tryMutants(seed: number, count: number, tally: Tally): void {
  const library = Object.values(libraries)[seed % 4 === 0 ? 1 : 0] ?? Automerge;
  const changes = Automerge.getAllChanges(Automerge.load(library.save(randomHistory(library, seed, 25))));
  const last = changes.pop();
  if (last === undefined || onlyChunk(last).type !== 1) return;
  const [before] = Automerge.applyChanges(Automerge.init(), changes);
  const sense = new ChangeSense(changes);
  const ground = { before, changes, graph: graphOf(before), sense };
  const next = seededRandom(seed);
  const random: Random = (below) => Math.floor(next() * below);
  for (let left = count; left > 0; left -= 1) {
    const mutant =
      random(2) === 0
        ? mutateBytes(onlyChunk(last).body, random)
        : mutateOperations(Automerge.decodeChange(last), sense.ids, random);
    if (mutant === undefined) continue;
    const name = judge(ground, mutant);
    tally.set(name, (tally.get(name) ?? 0) + 1);
  }
}

/** What becomes of this change: what we say, what Automerge says, and what the changes before it say. */
function judge(ground: Ground, mutant: Uint8Array): string {
  const refusal = whyRefused(ground, mutant);
  const problem = problemOfAutomerge(ground.before, mutant);
  if (refusal !== undefined) return problem === undefined ? `stricter: ${refusal}` : 'refused by both';
  if (problem === undefined) return 'taken by both';
  const reason = problem.includes('mark operation order')
    ? 'a mark ends before it begins'
    : reasonOf(mutant, ground.sense);
  return `laxer: ${reason ?? `SEEN BY NOBODY: ${problem}`}`;
}

function whyRefused({ changes, graph }: Ground, mutant: Uint8Array): string | undefined {
  const change = readChange(onlyChunk(mutant), budget);
  if (typeof change === 'string') return change;
  const place = placeOf(graph, change);
  if (place.kind === 'known') return undefined;
  if (place.kind !== 'next') return place.kind === 'refused' ? place.reason : place.kind;
  const index = newIndex();
  for (const before of changes) index.add(changeOf(before));
  return index.take(change, graph);
}

function reasonOf(mutant: Uint8Array, sense: ChangeSense): string | undefined {
  try {
    return sense.whyNot(Automerge.decodeChange(mutant))[0];
  } catch {
    return undefined;
  }
}

/** Why Automerge cannot apply this change, save the document, load it again with the same heads, and go on. */
function problemOfAutomerge(before: Automerge.Doc<unknown>, mutant: Uint8Array): string | undefined {
  try {
    const [doc] = Automerge.applyChanges(Automerge.clone(before), [mutant]);
    const again = Automerge.load<Record<string, unknown>>(Automerge.save(doc));
    const heads = Automerge.getHeads(doc);
    if (heads.join() !== Automerge.getHeads(again).join()) return 'other heads';
    if (heads.join() === Automerge.getHeads(before).join()) return 'not applied';
    const edited = Automerge.change(again, (draft) => void (draft['later'] = 1));
    Automerge.free(Automerge.load(Automerge.save(edited)));
    return undefined;
  } catch (error) {
    return String(error);
  }
}

if (import.meta.main) {
  const [first = 1, seeds = 100, count = 300] = process.argv.slice(2).map(Number);
  const tally: Tally = new Map();
  for (let seed = first; seed < first + seeds; seed += 1) tryMutants(seed, count, tally);
  for (const [name, times] of [...tally].toSorted(([, one], [, other]) => other - one)) {
    console.log(`${String(times).padStart(8)}  ${name}`);
  }
}
