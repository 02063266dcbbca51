import { expect, test } from 'bun:test';
import type { Link } from '../../../../src/core/content/links.ts';
import { parseNamespace } from '../../../../src/core/lexicon/namespace.ts';
import { graphKey, type GraphDocument } from '../../../../src/features/inspect/graph/graph.ts';
import { findRoots } from '../../../../src/features/inspect/graph/roots.ts';
import { numberedId } from '../../../support/plain-store.ts';

const library = parseNamespace('xyz.groundmist.library');
const blog = parseNamespace('com.whtwnd.blog');

function graphOf(linked: Readonly<Record<number, readonly number[]>>, namespace = library) {
  const documents = Object.entries(linked).map(([number, to]): GraphDocument => {
    const id = numberedId(Number(number));
    const links = to.map((other): Link => ({ path: [], url: '', id: numberedId(other) }));
    return {
      namespace,
      id,
      url: `automerge:${id}`,
      type: undefined,
      title: undefined,
      error: undefined,
      links: links.map((link) => ({ ...link, leadsTo: { kind: 'here' } })),
    };
  });
  return documents.map((document) => [graphKey(document), document] as const);
}

function rootsOf(
  documents: ReturnType<typeof graphOf>,
  known: readonly number[] = [],
): readonly (readonly [string, number])[] {
  const numbers = new Map(Array.from({ length: 20 }, (_, number) => [numberedId(number), number]));
  const roots = findRoots(
    { documents: new Map(documents) },
    known.map((number) => ({ namespace: library, id: numberedId(number) })),
  );
  return roots.map(({ namespace, id }) => [namespace, numbers.get(id) ?? -1]);
}

test('documents that nobody links to are roots, and of a cycle the first', () => {
  const roots = rootsOf(graphOf({ 1: [2], 2: [1, 3], 3: [], 4: [4], 5: [1] }));
  expect(roots.map(([, number]) => number)).toEqual([4, 5]);
  expect(rootsOf(graphOf({ 1: [2], 2: [1], 3: [1] })).map(([, number]) => number)).toEqual([3]);
  expect(rootsOf(graphOf({ 1: [2], 2: [1], 3: [4], 4: [3] })).map(([, number]) => number)).toEqual([1, 3]);
});

test('the root document of an app comes first, also in a cycle; one that is not there is none', () => {
  const documents = graphOf({ 1: [3], 2: [3], 3: [1, 2], 4: [] });
  expect(rootsOf(documents, [3, 9]).map(([, number]) => number)).toEqual([3, 4]);
});

test('roots of one namespace stay together', () => {
  const roots = rootsOf([...graphOf({ 1: [2], 2: [1], 3: [] }, blog), ...graphOf({ 4: [], 5: [] })], [5]);
  expect(roots).toEqual([
    [blog, 3],
    [blog, 1],
    [library, 5],
    [library, 4],
  ]);
});
