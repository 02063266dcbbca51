import { describe, expect, test } from 'bun:test';
import * as Automerge from '@automerge/automerge';
import type { Fence } from '../../../src/core/fence/fence.ts';
import { DurableDocument } from '../../../src/core/sync/durable-document.ts';
import type { DurableListener } from '../../../src/core/sync/durable-host.ts';
import { badChange, changeOn } from '../../support/bad-change.ts';
import { changeOf, indexOf } from '../../support/change-graphs.ts';
import { sharedFence } from '../../support/fence.ts';
import { openHub, type TestHub } from '../../support/hub.ts';
import { bytesOf } from '../../support/sample-documents.ts';
import { newDocumentId } from '../../support/sync-document.ts';

type Doc = Automerge.Doc<Record<string, unknown>>;

const doc: Doc = Automerge.from({ list: [1], n: 0 }, { actor: 'aa' });
const heads = Automerge.getHeads(doc);

interface Opened {
  readonly durable: DurableDocument;
  readonly refused: string[];
}

/** One document on the store of a hub. */
function open({ store }: TestHub, id = newDocumentId(), fence = sharedFence()): Opened {
  const refused: string[] = [];
  const limits = { chunksBeforeCompaction: 4, judgedBytes: 2 ** 20, operationRuns: 10_000 };
  const listener: DurableListener = {
    claimRefused: (reason) => void refused.push(`claim: ${reason}`),
    changesRefused: (chunks, reason) => void refused.push(`${chunks.length} change: ${reason}`),
    damaged: (reason) => void refused.push(`damaged: ${reason}`),
    unwritten: (error) => void refused.push(`unwritten: ${String(error)}`),
  };
  const durable = new DurableDocument(id, { store, fence, limits }, listener);
  return { durable, refused };
}

/** Takes changes in as the reception does. */
async function take(durable: DurableDocument, ...bytes: readonly Uint8Array[]): Promise<void> {
  const graph = await durable.graph();
  const changes = bytes.map(changeOf);
  for (const change of changes) graph.add(change);
  await durable.append(changes);
}

describe('a claim', () => {
  test('is not believed before it is opened, and is after', async () => {
    await using world = await openHub();
    const { durable, refused } = open(world);
    await durable.look();
    await durable.claim(Automerge.save(doc), heads);
    expect([durable.isOpened, durable.isToBeJudged]).toEqual([false, true]);
    await durable.graph();
    expect([durable.isOpened, durable.isToBeJudged, refused]).toEqual([true, false, []]);
    expect(durable.heads).toEqual(heads);
  });

  test('is remembered as one by who comes later', async () => {
    await using world = await openHub();
    const id = newDocumentId();
    await open(world, id).durable.claim(Automerge.save(doc), heads);
    const { durable } = open(world, id);
    await durable.look();
    expect([durable.isOpened, durable.heads]).toEqual([false, heads]);
  });

  test('that is not what it says leaves nothing behind', async () => {
    await using world = await openHub();
    const { durable, refused } = open(world);
    await durable.claim(Automerge.save(doc), ['ab'.repeat(32)]);
    const [change] = Automerge.getAllChanges(doc);
    await durable.claim(change ?? new Uint8Array(), heads).catch(() => {});
    await durable.graph();
    expect(refused.length).toBeLessThanOrEqual(1);
  });
});

describe('changes', () => {
  test('are stored, and what is inside a document is taken out of it', async () => {
    await using world = await openHub();
    const { durable } = open(world);
    await durable.claim(Automerge.save(doc), heads);
    const next = changeOn(doc, (content) => void (content['n'] = 1), 'aa');
    await take(durable, next);
    expect(durable.isToBeJudged).toBe(true);
    expect(await durable.changes([0, 1])).toEqual([...Automerge.getAllChanges(doc), next]);
    durable.release();
    expect(durable.weight).toBe(0);
    expect(await durable.changes([1])).toEqual([next]);
    expect(durable.weight).toBeGreaterThan(0);
  });

  test('that Automerge refuses are set aside, and the heads are those of the rest', async () => {
    await using world = await openHub();
    const id = newDocumentId();
    const { durable, refused } = open(world, id);
    await durable.claim(Automerge.save(doc), heads);
    await take(durable, badChange(doc, 'bb'));
    expect(durable.heads).not.toEqual(heads);
    await durable.judge('background');
    expect(durable.heads).toEqual(heads);
    expect([...((await world.store.facts(id))?.heads ?? [])]).toEqual(heads);
    expect(refused).toHaveLength(1);
    expect(durable.isToBeJudged).toBe(false);
    expect((await open(world, id).durable.graph()).heads).toEqual(heads);
  });

  test('on top of what Automerge no longer opens stay, and the damage is told', async () => {
    await using world = await openHub();
    const judge: Fence['judge'] = async () => ({ kind: 'unreadable', reason: 'it is not whole' });
    const { durable, refused } = open(world, newDocumentId(), { ...sharedFence(), judge });
    await durable.claim(Automerge.save(doc), heads);
    await take(
      durable,
      changeOn(doc, (content) => void (content['n'] = 1), 'aa'),
    );
    await durable.judge('background');
    expect(refused).toEqual(['damaged: Automerge no longer opens what it did: it is not whole']);
    expect(await world.store.setAsideChunks({ limit: 5 })).toEqual([]);
    expect(durable.heads).not.toEqual(heads);
  });
});

test('the operations before a change are known from what is stored, in whatever chunks it is', async () => {
  await using world = await openHub();
  const { durable } = open(world);
  await durable.claim(Automerge.save(doc), heads);
  let grown = Automerge.clone(doc, { actor: 'aa' });
  const runs: number[] = [];
  for (let n = 1; n <= 6; n += 1) {
    grown = Automerge.change(grown, (draft) => void (draft['n'] = n));
    await take(durable, Automerge.getLastLocalChange(grown) ?? new Uint8Array());
    durable.release();
    const before = durable.weight;
    runs.push((await durable.operations()).runs);
    expect(durable.weight).toBeGreaterThan(before);
    if (n === 4) await durable.compact();
  }
  const first = indexOf(doc).runs;
  expect(runs).toEqual([1, 2, 3, 4, 5, 6].map((n) => first + n));
  const bad = changeOf(badChange(grown, 'bb'));
  expect((await durable.operations()).take(bad, await durable.graph())).toContain('keys of another kind');
});

test('so many chunks are made one, and nothing of it is lost', async () => {
  await using world = await openHub();
  const id = newDocumentId();
  const { durable } = open(world, id);
  let grown = Automerge.clone(doc, { actor: 'aa' });
  await durable.claim(Automerge.save(doc), heads);
  for (let n = 1; n <= 6; n += 1) {
    grown = Automerge.change(grown, (draft) => void (draft['n'] = n));
    await take(durable, Automerge.getLastLocalChange(grown) ?? new Uint8Array());
  }
  expect(durable.isLoose).toBe(true);
  expect(await durable.compact()).toBe(true);
  expect(durable.isLoose).toBe(false);
  const stored = await world.store.load(id);
  expect(stored?.chunks).toHaveLength(2);
  expect(Automerge.getHeads(Automerge.load(Buffer.concat(bytesOf(stored))))).toEqual(
    Automerge.getHeads(grown),
  );
  const again = await open(world, id).durable.graph();
  expect([again.size, again.heads]).toEqual([7, Automerge.getHeads(grown)]);
});
