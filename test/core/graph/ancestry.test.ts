import { expect, test } from 'bun:test';
import * as Automerge from '@automerge/automerge';
import * as fc from 'fast-check';
import { graphOf } from '../../support/change-graphs.ts';
import { libraries, randomHistory } from '../../support/histories.ts';

test('what lies outside some heads is what Automerge says is new since them', () => {
  fc.assert(
    fc.property(
      fc.record({
        seed: fc.nat(),
        rounds: fc.integer({ min: 1, max: 60 }),
        picks: fc.array(fc.nat(), { maxLength: 4 }),
        library: fc.constantFrom(...Object.values(libraries)),
      }),
      ({ seed, rounds, picks, library }) => {
        const doc = Automerge.load(library.save(randomHistory(library, seed, rounds)));
        const graph = graphOf(doc);
        const heads = picks.map((pick) => graph.hashAt(pick % graph.size));
        const outside = graph.outside(heads);
        const hashes = outside.map((index) => graph.hashAt(index)).toSorted();
        expect(hashes).toEqual([...hashesOf(Automerge.getChangesSince(doc, heads))]);
        expect(outside).toEqual(outside.toSorted((left, right) => left - right));
      },
    ),
    { numRuns: 60 },
  );
});

function hashesOf(changes: readonly Uint8Array[]): readonly string[] {
  return changes.map((change) => Automerge.decodeChange(change).hash ?? '').toSorted();
}
