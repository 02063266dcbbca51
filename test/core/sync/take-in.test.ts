import { describe, expect, test } from 'bun:test';
import * as Automerge from '@automerge/automerge';
import { ChangeGraph } from '../../../src/core/graph/change-graph.ts';
import { takeIn, takeOut, unpack } from '../../../src/core/sync/take-in.ts';
import { changeOn, tamper } from '../../support/bad-change.ts';
import { changeOf, changesOf, graphOf, indexOf, newIndex } from '../../support/change-graphs.ts';
import { sharedFence } from '../../support/fence.ts';
import { randomHistory } from '../../support/random-history.ts';

const budget = { inflatedBytes: 2 ** 20, operations: 10_000 };
const doc = randomHistory(3);
const changes = changesOf(doc);

describe('what a message brings', () => {
  test('is read whether it comes as one part or as many', () => {
    const parts = Automerge.getAllChanges(doc);
    const hashes = (one: ReturnType<typeof unpack>): readonly string[] => one.changes.map(({ hash }) => hash);
    expect(hashes(unpack(parts, budget))).toEqual(changes.map(({ hash }) => hash));
    expect(hashes(unpack([Buffer.concat(parts)], budget))).toEqual(changes.map(({ hash }) => hash));
  });

  test('may be documents and changes', () => {
    const [change] = Automerge.getAllChanges(doc);
    const { changes: loose, documents } = unpack(
      [Buffer.concat([Automerge.save(doc), change ?? new Uint8Array()])],
      budget,
    );
    expect([loose.length, documents.length]).toEqual([1, 1]);
  });

  test('is refused where a part of it is cut off, or too much together', () => {
    const [first = new Uint8Array()] = Automerge.getAllChanges(doc);
    expect(() => unpack([first.subarray(0, -1)], budget)).toThrow('not whole');
    expect(() => unpack(Automerge.getAllChanges(doc), { ...budget, operations: 3 })).toThrow(
      'more operations',
    );
  });
});

describe('changes', () => {
  test('in any order are all taken in', () => {
    const graph = new ChangeGraph();
    const taken = takeIn(graph, newIndex(), changes.toReversed());
    expect(taken.news).toHaveLength(changes.length);
    expect([taken.missing, taken.refused]).toEqual([[], undefined]);
    expect(graph.heads).toEqual(Automerge.getHeads(doc).toSorted());
  });

  test('that wait for others are not taken in, and both are asked for', () => {
    const [first, second, ...rest] = changesOf(linear());
    const graph = new ChangeGraph();
    const taken = takeIn(graph, newIndex(), rest);
    expect([graph.size, taken.news.length]).toEqual([0, 0]);
    expect(taken.missing.toSorted()).toEqual([second, ...rest].flatMap((one) => one?.hash ?? []).toSorted());
    expect(taken.missing).not.toContain(first?.hash ?? '');
  });

  test('before one that cannot be are taken in, and none behind it', () => {
    const before = linear();
    const good = changeOn(before, (content) => void (content['good'] = 1), 'aa');
    const bad = tamper(good, (decoded) => void (decoded.seq = 7));
    const graph = graphOf(before);
    const taken = takeIn(graph, indexOf(before), [good, bad].map(changeOf));
    expect(taken.news.map(({ hash }) => hash)).toEqual([changeOf(good).hash]);
    expect(taken.refused?.code).toBe('ProtocolViolation');
  });

  test('of a document chunk are taken out of it, those that are not here', async () => {
    const graph = new ChangeGraph();
    const operations = newIndex();
    takeIn(graph, operations, changes.slice(0, 4));
    const { documents } = unpack([Automerge.save(doc)], budget);
    const inside = await takeOut(graph, documents, { fence: sharedFence(), budget });
    expect(inside.map(({ hash }) => hash).toSorted()).toEqual(
      changes
        .slice(4)
        .map(({ hash }) => hash)
        .toSorted(),
    );
    expect(takeIn(graph, operations, inside).refused).toBeUndefined();
    expect(graph.heads).toEqual(Automerge.getHeads(doc).toSorted());
  });
});

/** Four changes, one after the other. */
function linear(): Automerge.Doc<Record<string, unknown>> {
  const first = Automerge.from<Record<string, unknown>>({ n: 0 }, { actor: 'bb' });
  return [1, 2, 3].reduce((before, n) => Automerge.change(before, (draft) => void (draft['n'] = n)), first);
}
