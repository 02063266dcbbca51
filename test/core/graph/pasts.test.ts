import { expect, test } from 'bun:test';
import * as Automerge from '@automerge/automerge';
import * as fc from 'fast-check';
import type { Change } from '../../../src/core/format/change.ts';
import { ChangeGraph } from '../../../src/core/graph/change-graph.ts';
import { placeOf } from '../../../src/core/graph/next-change.ts';
import { OperationIndex } from '../../../src/core/graph/operation-index.ts';
import { Pasts } from '../../../src/core/graph/pasts.ts';
import { changesOf, newIndex } from '../../support/change-graphs.ts';

type Content = Record<string, unknown>;
type Doc = Automerge.Doc<Content>;

/** A graph of changes that are named for their place, and depend on these. */
function madeOf(dependencies: readonly (readonly number[])[]): ChangeGraph {
  const graph = new ChangeGraph();
  dependencies.forEach((before, index) =>
    graph.add({
      hash: `${index}`,
      dependencies: before.map(String),
      actor: `${index}`,
      seq: 1,
      startOp: 1,
      maxOp: 1,
      operations: 1,
      bytes: new Uint8Array(),
    }),
  );
  return graph;
}

function isBefore(graph: ChangeGraph, index: number, tips: readonly number[]): boolean {
  return tips.includes(index) || tips.some((tip) => isBefore(graph, index, graph.dependenciesAt(tip)));
}

test('a change is before itself and all that build on it, and not before its neighbours', () => {
  const diamond = madeOf([[], [0], [0], [1, 2]]);
  const isIt = (index: number, ...tips: readonly number[]): boolean =>
    new Pasts(diamond).isBefore(index, tips.map(String));
  expect([isIt(0, 3), isIt(3, 3), isIt(1, 2), isIt(1, 0, 2), isIt(3, 0, 1, 2), isIt(0)]).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});

test('what was found out about some changes makes no difference to what is said of others', () => {
  const lists = fc.array(fc.array(fc.nat(), { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 16 });
  const asked = fc.array(fc.tuple(fc.nat(), fc.array(fc.nat(), { minLength: 1, maxLength: 3 })), {
    maxLength: 40,
  });
  fc.assert(
    fc.property(lists, asked, (picks, questions) => {
      const graph = madeOf(
        picks.map((some, index) => (index === 0 ? [] : [...new Set(some.map((pick) => pick % index))])),
      );
      const pasts = new Pasts(graph);
      for (const [one, others] of questions) {
        const index = one % graph.size;
        const tips = [...new Set(others.map((other) => other % graph.size))];
        expect(pasts.isBefore(index, tips.map(String))).toBe(isBefore(graph, index, tips));
      }
    }),
    { numRuns: 500 },
  );
});

const length = 400;

/** Of a text by one author, typed into by others in turn, one after the other, beside a branch of its own where that is wanted. */
function typed(authors: number, hasBranch: boolean): readonly Change[] {
  let doc: Doc = Automerge.from<Content>({ text: 'hello' }, { actor: 'aa' });
  const branch = Automerge.change(Automerge.clone(doc, { actor: 'bb' }), (draft) => void (draft['b'] = 1));
  for (let at = 0; at < length; at += 1) {
    const author = Automerge.clone(doc, { actor: `cc${(at % authors).toString(16).padStart(4, '0')}` });
    doc = Automerge.change(author, (draft) => Automerge.splice(draft, ['text'], 2, 0, 'x'));
  }
  const [first, ...others] = changesOf(doc);
  return first && hasBranch ? [first, ...changesOf(branch).slice(1), ...others] : changesOf(doc);
}

test.each([
  [1, false],
  [1, true],
  [length / 2, false],
  [length / 2, true],
])('edits by %i others cost no walk over the history for each, beside a branch: %p', (authors, hasBranch) => {
  for (const index of [newIndex(), new OperationIndex(0)]) {
    const graph = new ChangeGraph();
    const pasts = new Pasts(graph);
    for (const change of typed(authors, hasBranch)) {
      expect(placeOf(graph, change, pasts)).toEqual({ kind: 'next' });
      expect(index.take(change, graph, pasts)).toBeUndefined();
      graph.add(change);
    }
    expect(pasts.steps).toBeLessThan(10 * length);
  }
});
