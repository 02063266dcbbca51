import { expect, test } from 'bun:test';
import * as Automerge from '@automerge/automerge';
import { placeOf } from '../../../src/core/graph/next-change.ts';
import { changeOn } from '../../support/bad-change.ts';
import { changeOf, graphOf } from '../../support/change-graphs.ts';
import { craftChange, partsOf, type ChangeParts } from '../../support/change-parts.ts';
import { onlyChunk } from '../../support/chunks.ts';
import { libraries, randomHistory } from '../../support/histories.ts';

type Doc = Automerge.Doc<Record<string, unknown>>;

const actor = 'aa';
const first: Doc = Automerge.from({ list: [1, 2] }, { actor });
const doc = Automerge.change(first, (draft) => void (draft['a'] = 1));
const graph = graphOf(doc);
const next = changeOn(doc, (content) => void (content['b'] = 1), actor);

function placeOfSpoilt(spoil: (parts: ChangeParts) => void): unknown {
  const parts = partsOf(onlyChunk(next).body);
  spoil(parts);
  return placeOf(graph, changeOf(craftChange(parts)));
}

test('a change that goes on from what is here is next, and known once it is here', () => {
  expect(placeOf(graph, changeOf(next))).toEqual({ kind: 'next' });
  expect(placeOf(graphOf(Automerge.applyChanges(Automerge.clone(doc), [next])[0]), changeOf(next))).toEqual({
    kind: 'known',
  });
});

test('every change of a random history is next in its turn', () => {
  for (const library of Object.values(libraries)) {
    const changes = Automerge.getAllChanges(Automerge.load(library.save(randomHistory(library, 11, 60)))).map(
      changeOf,
    );
    const growing = graphOf();
    for (const change of changes) {
      expect(placeOf(growing, change)).toEqual({ kind: 'next' });
      growing.add(change);
    }
  }
});

test('a change whose dependencies are not here is an orphan', () => {
  const strange = new Uint8Array(32).fill(9);
  expect(placeOfSpoilt((parts) => void parts.dependencies.push(strange))).toEqual({ kind: 'orphan' });
});

test('a change whose operations are counted from further on than anybody counted is ahead', () => {
  expect(placeOfSpoilt((parts) => (parts.startOp += 1))).toEqual({ kind: 'ahead' });
});

const refusals: readonly (readonly [reason: string, spoil: (parts: ChangeParts) => void])[] = [
  ['its author has made another change of that number', (parts) => (parts.seq -= 1)],
  ['its author has not made the change before it', (parts) => (parts.seq += 1)],
  ['its author has not made the change before it', (parts) => (parts.actor = Uint8Array.of(7))],
  ['its operations are counted from before those it builds on', (parts) => (parts.startOp -= 1)],
  [
    'it does not build on its author’s last change',
    (parts) => (parts.dependencies = [Uint8Array.fromHex(graph.hashAt(0))]),
  ],
];

test.each(refusals)('a change is refused: %s', (reason, spoil) => {
  expect(placeOfSpoilt(spoil)).toEqual({ kind: 'refused', reason });
});
