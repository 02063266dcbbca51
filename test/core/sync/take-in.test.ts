import { describe, expect, test } from 'bun:test';
import * as Automerge from '@automerge/automerge';
import { ChangeGraph } from '../../../src/core/graph/change-graph.ts';
import { addInOrder } from '../../../src/core/sync/stored-graph.ts';
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

  test('in any order are looked at as often as in order', () => {
    class CountingGraph extends ChangeGraph {
      lookups = 0;
      override has(hash: string): boolean {
        this.lookups += 1;
        return super.has(hash);
      }
    }
    const chain = changesOf(linear(300)).toReversed();
    const [taking, adding] = [new CountingGraph(), new CountingGraph()];
    expect(takeIn(taking, newIndex(), chain).news).toHaveLength(301);
    expect(taking.lookups).toBeLessThan(10 * chain.length);
    expect(addInOrder(adding, chain)).toEqual([]);
    expect(adding.lookups).toBeLessThan(10 * chain.length);
  });

  test('that are known, come twice or wait are told apart', () => {
    const [first, second, third, fourth] = changesOf(linear());
    if (!first || !second || !third || !fourth) throw new Error('there are four');
    const graph = new ChangeGraph();
    const taken = takeIn(graph, newIndex(), [fourth, second, fourth, first, second]);
    expect(taken.news).toEqual([first, second]);
    expect(taken.missing).toEqual([third.hash, fourth.hash]);
    expect(takeIn(graph, newIndex(), [first, second])).toEqual({ news: [], missing: [], refused: undefined });
  });

  test('that are ahead wait for those that count so far, whatever comes first', () => {
    const before = linear();
    const long = changesOf(linear(9)).slice(4);
    const jump = tamper(
      changeOn(before, (content) => void (content['jump'] = 1), 'cc'),
      (decoded) => void (decoded.startOp += 3),
    );
    const [after] = Automerge.applyChanges(Automerge.clone(before), [jump]);
    const behind = changeOn(after, (content) => void (content['behind'] = 1), 'dd');
    const ordered = [...long, changeOf(jump), changeOf(behind)];
    for (const order of [ordered, ordered.toReversed()]) {
      const graph = graphOf(before);
      const taken = takeIn(graph, indexOf(before), order);
      expect([taken.news.length, taken.missing.length, taken.refused]).toEqual([order.length, 0, undefined]);
    }
    const [, ...orphans] = changesOf(linear(20)).slice(10);
    const beside = takeIn(graphOf(before), indexOf(before), [changeOf(jump), ...long, ...orphans]);
    expect([beside.news.length, beside.refused]).toEqual([long.length + 1, undefined]);
    const alone = takeIn(graphOf(before), indexOf(before), [changeOf(jump)]);
    expect(alone.refused?.message).toContain('far ahead');
  });

  test('that make more heads than a document may have are refused, and those that make no more are not', () => {
    const limits = { headsPerDocument: 3, walkedPerMessage: 1_000 };
    const before = linear();
    const beside = ['c1', 'c2', 'c3', 'c4'].map((actor) =>
      changeOn(before, (content) => void (content[actor] = 1), actor),
    );
    const [graph, operations] = [graphOf(before), indexOf(before)];
    const taken = takeIn(graph, operations, beside.map(changeOf), limits);
    expect([taken.news.length, graph.heads.length, taken.refused?.code]).toEqual([3, 3, 'PayloadTooLarge']);
    const [branch] = Automerge.applyChanges(Automerge.clone(before), beside.slice(0, 1));
    const [both] = Automerge.applyChanges(Automerge.clone(before), beside.slice(0, 2));
    const further = changeOn(branch, (content) => void (content['on'] = 1), 'c5');
    const merging = changeOn(both, (content) => void (content['merged'] = 1), 'c6');
    expect(takeIn(graph, operations, [further].map(changeOf), limits).refused).toBeUndefined();
    expect(takeIn(graph, operations, [merging].map(changeOf), limits).refused?.code).toBeUndefined();
    expect(graph.heads).toHaveLength(3);
  });

  test('that cost a long walk are taken in up to there, and the others when they come again', () => {
    const limits = { headsPerDocument: 1_000, walkedPerMessage: 3 };
    const before = linear(20);
    let branch = linear(2);
    for (let n = 0; n < 12; n += 1) {
      const author = Automerge.clone(branch, { actor: `c${n.toString(16)}` });
      branch = Automerge.change(author, (draft) => void (draft[`${n % 3}`] = n));
    }
    const all = changesOf(branch).slice(3);
    const [graph, operations] = [graphOf(before), indexOf(before)];
    let rounds = 0;
    for (let left = all; left.length > 0; rounds += 1) {
      const { news, refused } = takeIn(graph, operations, left, limits);
      expect(news.length).toBeGreaterThan(0);
      left = left.filter(({ hash }) => !graph.has(hash));
      expect(refused?.code).toBe(left.length > 0 ? 'PayloadTooLarge' : undefined);
    }
    expect(rounds).toBeGreaterThan(1);
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

/** Four changes, one after the other, or one more than `more`. */
function linear(more = 3): Automerge.Doc<Record<string, unknown>> {
  const first = Automerge.change(
    Automerge.init<Record<string, unknown>>({ actor: 'bb' }),
    { time: 0 },
    (draft) => void (draft['n'] = 0),
  );
  return Array.from({ length: more }).reduce<typeof first>(
    (before, _, n) => Automerge.change(before, { time: 0 }, (draft) => void (draft['n'] = n + 1)),
    first,
  );
}
