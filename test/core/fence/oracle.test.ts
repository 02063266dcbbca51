import { afterAll, describe, expect, test } from 'bun:test';
import * as Automerge from '@automerge/automerge';
import { unpackHashes } from '../../../src/core/fence/hashes.ts';
import { loadAutomerge } from '../../../src/core/automerge.ts';
import { readChangeColumns } from '../../support/change-columns.ts';
import { openFence } from '../../support/fence.ts';
import { randomHistory } from '../../support/random-history.ts';
import { seededRandom } from '../../support/seeded-random.ts';

// Automerge has one WASM at a time; the server's is the one that the tests share.
await loadAutomerge();

const seeds = Array.from({ length: 25 }, (_, seed) => seed + 1);
const fence = openFence();
afterAll(() => fence.close());

function hashesOf(chunk: Uint8Array): readonly string[] {
  return Automerge.getChangesMetaSince(Automerge.load(chunk), []).map(({ hash }) => hash);
}

function hashOf(change: Uint8Array): string {
  return Automerge.decodeChange(change).hash;
}

describe('open', () => {
  test.each(seeds)('gives heads and hashes as Automerge has them (seed %d)', async (seed) => {
    const doc = randomHistory(seed);
    const chunk = Automerge.save(doc);
    const opened = await fence.open(chunk, 'awaited');
    if (opened.kind === 'refused') throw new Error(opened.reason);
    expect(opened.heads).toEqual(Automerge.getHeads(doc).toSorted());
    expect(unpackHashes(opened.interior)).toEqual([...hashesOf(chunk)]);
  });

  test.each(seeds)('gives the hashes in the order of the change columns (seed %d)', async (seed) => {
    const doc = randomHistory(seed);
    const chunk = Automerge.save(doc);
    const opened = await fence.open(chunk, 'awaited');
    if (opened.kind === 'refused') throw new Error(opened.reason);
    const byHash = new Map(Automerge.getChangesMetaSince(doc, []).map((meta) => [meta.hash, meta]));
    const inOrder = unpackHashes(opened.interior).map((hash) => byHash.get(hash));
    expect(inOrder.map((meta) => [meta?.actor, meta?.seq])).toEqual(
      readChangeColumns(chunk).map(({ actor, seq }) => [actor, seq]),
    );
  });

  test('takes a document without changes for what it is', async () => {
    const opened = await fence.open(Automerge.save(Automerge.init()), 'background');
    expect(opened).toEqual({ kind: 'opened', heads: [], interior: new Uint8Array() });
  });
});

describe('extract', () => {
  test.each(seeds)('gives the changes asked for, each after those it depends on (seed %d)', async (seed) => {
    const random = seededRandom(seed);
    const doc = randomHistory(seed);
    const wanted = hashesOf(Automerge.save(doc)).filter(() => random() < 0.4);
    const extracted = await fence.extract([Automerge.save(doc)], wanted.toReversed());
    if (extracted.kind === 'refused') throw new Error(extracted.reason);
    expect(extracted.changes.map(hashOf)).toEqual(wanted);
    const expected = new Map(Automerge.getAllChanges(doc).map((change) => [hashOf(change), change]));
    for (const change of extracted.changes) expect(change).toEqual(expected.get(hashOf(change)) ?? change);
  });

  test('takes one change out of many by itself', async () => {
    const doc = randomHistory(3, 300);
    const [, second = ''] = hashesOf(Automerge.save(doc));
    const extracted = await fence.extract([Automerge.save(doc)], [second]);
    if (extracted.kind === 'refused') throw new Error(extracted.reason);
    expect(extracted.changes.map(hashOf)).toEqual([second]);
  });

  test('finds them in any of the stored chunks', async () => {
    const doc = randomHistory(4);
    const changes = Automerge.getAllChanges(doc);
    const half = Automerge.applyChanges(Automerge.init(), changes.slice(0, 9))[0];
    const extracted = await fence.extract([Automerge.save(half), ...changes.slice(7)], changes.map(hashOf));
    if (extracted.kind === 'refused') throw new Error(extracted.reason);
    expect(extracted.changes.map(hashOf).toSorted()).toEqual(changes.map(hashOf).toSorted());
  });

  test('refuses where one of them is not there', async () => {
    const extracted = await fence.extract([Automerge.save(randomHistory(5))], ['ab'.repeat(32)]);
    expect(extracted.kind).toBe('refused');
  });
});

test('megabytes go in and come out as they are', async () => {
  const random = seededRandom(9);
  const bytes = Uint8Array.from({ length: 3_000_000 }, () => random() * 256);
  const doc = Automerge.from({ bytes });
  const chunk = Automerge.save(doc);
  const extracted = await fence.extract([chunk], Automerge.getHeads(doc));
  expect(extracted).toEqual({ kind: 'extracted', changes: Automerge.getAllChanges(doc) });
  const compacted = await Promise.all([1, 2, 3].map(() => fence.compact([chunk])));
  expect(compacted.map((one) => one.kind === 'compacted' && Buffer.compare(one.snapshot, chunk))).toEqual([
    0, 0, 0,
  ]);
});

describe('compact', () => {
  test.each(seeds)('makes one chunk of all, with the same heads and hashes (seed %d)', async (seed) => {
    const random = seededRandom(seed);
    const doc = randomHistory(seed);
    const changes = Automerge.getAllChanges(doc);
    const part = Automerge.applyChanges(Automerge.init(), changes.slice(0, 8))[0];
    const again = changes.filter(() => random() < 0.3);
    const chunks = [Automerge.save(part), ...changes.slice(8), ...again, Automerge.save(part)];
    const compacted = await fence.compact(chunks);
    if (compacted.kind === 'refused') throw new Error(compacted.reason);
    expect(compacted.heads).toEqual(Automerge.getHeads(doc).toSorted());
    const loaded = Automerge.load<Record<string, unknown>>(compacted.snapshot);
    expect(Automerge.toJS(loaded)).toEqual(Automerge.toJS(doc));
    const opened = await fence.open(compacted.snapshot, 'awaited');
    expect(opened).toEqual({ kind: 'opened', heads: compacted.heads, interior: compacted.interior });
    expect(opened.kind === 'opened' && opened.interior.length / 32).toBe(changes.length);
  });

  test('leaves out what waits for changes that are not there', async () => {
    const changes = Automerge.getAllChanges(randomHistory(6));
    const whole = Automerge.applyChanges(Automerge.init(), changes.slice(0, 3))[0];
    const compacted = await fence.compact([...changes.slice(0, 3), ...changes.slice(4)]);
    if (compacted.kind === 'refused') throw new Error(compacted.reason);
    const kept = hashesOf(compacted.snapshot);
    expect(kept).toEqual(expect.arrayContaining(changes.slice(0, 3).map(hashOf)));
    expect(kept).not.toContain(hashOf(changes[3] ?? new Uint8Array()));
    expect(Automerge.getMissingDeps(Automerge.load(compacted.snapshot), [])).toEqual([]);
    expect(Automerge.hasHeads(Automerge.load(compacted.snapshot), Automerge.getHeads(whole))).toBe(true);
  });

  test('makes no empty document of one that has only changes that wait', async () => {
    const [, ...later] = Automerge.getAllChanges(randomHistory(7));
    expect((await fence.compact(later)).kind).toBe('refused');
  });

  test('refuses where a stored chunk cannot be read, wherever it stands', async () => {
    const doc = randomHistory(8);
    const changes = Automerge.getAllChanges(doc);
    for (const at of [0, 1, changes.length - 1]) {
      const damaged = changes.map((change, n) => (n === at ? change.subarray(0, -3) : change));
      expect((await fence.compact(damaged)).kind).toBe('refused');
    }
    const snapshot = Automerge.save(doc);
    snapshot[snapshot.length - 9] = (snapshot.at(-9) ?? 0) ^ 1;
    expect((await fence.compact([...changes.slice(0, 2), snapshot])).kind).toBe('refused');
  });
});

describe('judge', () => {
  test.each(seeds)('refuses none of what clients write, in any order (seed %d)', async (seed) => {
    const random = seededRandom(seed);
    const changes = Automerge.getAllChanges(randomHistory(seed));
    const additions = changes.slice(6).toSorted(() => random() - 0.5);
    const judged = await fence.judge(changes.slice(0, 6), [...additions, ...changes.slice(5, 8)], 'awaited');
    expect(judged).toEqual({ kind: 'judged', refused: [] });
  });
});
