import { describe, expect, test } from 'bun:test';
import * as Automerge from '@automerge/automerge';
import { ChangeGraph } from '../../../src/core/graph/change-graph.ts';
import { addDocument } from '../../../src/core/sync/stored-graph.ts';
import { changesOf, graphOf } from '../../support/change-graphs.ts';
import { onlyChunk } from '../../support/chunks.ts';
import { sharedFence } from '../../support/fence.ts';
import { randomHistory } from '../../support/random-history.ts';

const doc = randomHistory(7);
const changes = changesOf(doc);

async function addWhole(graph: ChangeGraph, bytes: Uint8Array): Promise<void> {
  const opened = await sharedFence().open(bytes, 'awaited');
  if (opened.kind === 'refused') throw new Error(opened.reason);
  addDocument(graph, onlyChunk(bytes), opened.interior);
}

function outlineOf(graph: ChangeGraph): readonly unknown[] {
  const indices = Array.from({ length: graph.size }, (_, index) => index);
  const hashesBefore = (index: number): readonly string[] =>
    graph
      .dependenciesAt(index)
      .map((before) => graph.hashAt(before))
      .toSorted();
  return indices
    .map((index) => [graph.hashAt(index), graph.maxOpAt(index), hashesBefore(index)] as const)
    .toSorted(([left], [right]) => (left < right ? -1 : 1));
}

describe('a graph', () => {
  test('of nothing has no heads, and nothing lies outside of any', () => {
    const graph = new ChangeGraph();
    expect([graph.size, graph.heads, graph.maxOp, graph.outside(['ab'])]).toEqual([0, [], 0, []]);
  });

  test('has the heads that Automerge says, and gives the same list until something is added', () => {
    const graph = new ChangeGraph();
    for (const change of changes) {
      graph.add(change);
      expect(graph.heads).toBe(graph.heads);
    }
    expect(graph.heads).toEqual(Automerge.getHeads(doc).toSorted());
  });

  test('is the same from changes and from a document chunk', async () => {
    const graph = new ChangeGraph();
    await addWhole(graph, Automerge.save(doc));
    expect(outlineOf(graph)).toEqual(outlineOf(graphOf(doc)));
    expect(graph.heads).toEqual(graphOf(doc).heads);
    expect(graph.maxOp).toBe(graphOf(doc).maxOp);
    for (const { actor } of changes) expect(graph.lastOf(actor)?.seq).toBe(graphOf(doc).lastOf(actor)?.seq);
  });

  test('takes a document on top of changes that are in it, and keeps their bytes', async () => {
    const graph = new ChangeGraph();
    for (const change of changes.slice(0, 5)) graph.add(change);
    await addWhole(graph, Automerge.save(doc));
    expect(outlineOf(graph)).toEqual(outlineOf(graphOf(doc)));
    expect(graph.bytesAt(0)).toEqual(changes[0]?.bytes);
    expect(graph.bytesAt(graph.size - 1)).toBeUndefined();
  });

  test('counts a change once, however often it is added', () => {
    const graph = graphOf(doc, doc);
    expect(graph.size).toBe(changes.length);
    expect(graph.operations).toBe(graphOf(doc).operations);
  });

  test('finds the change in which an actor made an operation', () => {
    const graph = graphOf(doc);
    for (const { actor, startOp, maxOp, hash } of changes) {
      if (maxOp < startOp) continue;
      expect(graph.hashAt(graph.madeIn(actor, startOp) ?? -1)).toBe(hash);
      expect(graph.hashAt(graph.madeIn(actor, maxOp) ?? -1)).toBe(hash);
    }
    expect(graph.madeIn(changes[0]?.actor ?? '', graph.maxOp + 1)).toBeUndefined();
    expect(graph.madeIn('ab', 1)).toBeUndefined();
  });

  test('refuses a change before what it depends on', () => {
    const orphan = changes.find(({ dependencies }) => dependencies.length > 0);
    if (orphan) expect(() => new ChangeGraph().add(orphan)).toThrow('which it depends on');
  });
});
