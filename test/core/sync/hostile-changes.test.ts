import { describe, expect, test } from 'bun:test';
import * as Automerge from '@automerge/automerge';
import { Failure } from '../../../src/core/failure.ts';
import { craftMessage, withStartOp, withUnknownColumn } from '../../support/crafted-sync.ts';
import { defaultSyncLimits } from '../../../src/core/sync/limits.ts';
import { eventually } from '../../support/eventually.ts';
import { sharedFence } from '../../support/fence.ts';
import { HubPeer, openHub, sessionOf, type TestHub } from '../../support/hub.ts';
import { wrapStore } from '../../support/wrapped-store.ts';
import { bytesOf } from '../../support/sample-documents.ts';
import { emptySync, newDocumentId, SyncDocument } from '../../support/sync-document.ts';

interface Edited {
  readonly before: Automerge.Doc<Record<string, unknown>>;
  /** Made on top of `before`. */
  readonly change: Uint8Array;
}

/** A document with a few edits, and one more as a change of less than 128 bytes. */
function edited(content: Record<string, unknown> = { kept: true }): Edited {
  const first = Automerge.from(content);
  const before = Automerge.clone(first);
  const after = Automerge.change(first, { time: 0 }, (draft) => void (draft['b'] = 2));
  const change = Automerge.getLastLocalChange(after);
  if (!change) throw new Error('nothing was changed');
  return { before, change };
}

/** A hub that has `before` from an honest peer, who stays. */
async function hubWith(world: TestHub, before: Edited['before']): Promise<SyncDocument> {
  const honest = new SyncDocument(HubPeer.join(world.hub, sessionOf('honest')), newDocumentId());
  honest.doc = Automerge.clone(before);
  await honest.upload();
  return honest;
}

describe('a change that Automerge takes in and cannot give back', () => {
  const spoilt: readonly (readonly [name: string, spoil: (change: Uint8Array) => Uint8Array])[] = [
    ['with a column of a later version', withUnknownColumn],
    ['whose operations are numbered like others', (change) => withStartOp(change, 1)],
    ['whose operations are numbered beyond all others', (change) => withStartOp(change, 2 ** 32 - 1)],
  ];

  test.each(spoilt)('%s: is refused, and nothing acknowledged is lost', async (_, spoil) => {
    await using world = await openHub();
    const { before, change } = edited();
    const honest = await hubWith(world, before);
    const offender = HubPeer.join(world.hub, sessionOf('offender'));
    offender.sync(honest.id, craftMessage({ chunks: [spoil(change)] }));
    await eventually('the sender is closed', () => offender.closed);
    expect(offender.closed?.code).toBe(1002);
    expect((await world.store.facts(honest.id))?.heads).toEqual(Automerge.getHeads(before));
    honest.change((content) => void (content['more'] = 1));
    await honest.upload();
    const loaded = Automerge.load(Buffer.concat(bytesOf(await world.store.load(honest.id))));
    expect(Automerge.getHeads(loaded)).toEqual(Automerge.getHeads(honest.doc));
  });

  test('is refused where it is the first of its document', async () => {
    await using world = await openHub();
    const doc = Automerge.change(
      Automerge.init<Record<string, unknown>>(),
      { time: 0 },
      (draft) => void (draft['b'] = 2),
    );
    const change = Automerge.getLastLocalChange(doc);
    const offender = HubPeer.join(world.hub, sessionOf('offender'));
    const id = newDocumentId();
    offender.sync(id, craftMessage({ chunks: change ? [withUnknownColumn(change)] : [] }));
    await eventually('the sender is closed', () => offender.closed);
    expect(await world.store.facts(id)).toBeUndefined();
  });

  test('ends what its sender says in the same round', async () => {
    await using world = await openHub();
    const { before, change } = edited();
    const honest = await hubWith(world, before);
    const offender = HubPeer.join(world.hub, sessionOf('offender'));
    offender.sync(honest.id, craftMessage({ chunks: [withUnknownColumn(change)] }));
    offender.sync(honest.id, craftMessage({ chunks: [change] }));
    await world.hub.rest();
    expect(offender.closed?.code).toBe(1002);
    expect((await world.store.facts(honest.id))?.heads).toEqual(Automerge.getHeads(before));
  });

  test('costs others of its round nothing', async () => {
    await using world = await openHub();
    const { before, change } = edited();
    const honest = await hubWith(world, before);
    const offender = HubPeer.join(world.hub, sessionOf('offender'));
    honest.change((content) => void (content['mine'] = 1));
    honest.speak();
    offender.sync(honest.id, craftMessage({ chunks: [withUnknownColumn(change)] }));
    await honest.upload();
    expect(offender.closed?.code).toBe(1002);
    expect((await world.store.facts(honest.id))?.heads).toEqual(Automerge.getHeads(honest.doc));
  });
});

test('a document may not grow beyond its operations, message by message', async () => {
  await using world = await openHub({ limits: { operationsPerDocument: 100 } });
  const peer = HubPeer.join(world.hub, sessionOf('grows'));
  const document = new SyncDocument(peer, newDocumentId(), { text: 'x'.repeat(60) });
  await document.upload();
  document.change((content) => void (content['more'] = 'y'.repeat(60)));
  document.speak();
  await eventually('the sender is closed', () => peer.closed);
  expect(peer.closed?.code).toBe(1009);
});

test('a Bloom filter that divides by zero closes its sender, and nobody who edits the same document', async () => {
  await using world = await openHub();
  const honest = await hubWith(world, edited().before);
  const offender = HubPeer.join(world.hub, sessionOf('offender'));
  offender.sync(honest.id, craftMessage({ bloom: [1, 0, 7] }));
  await eventually('the sender is closed', () => offender.closed);
  honest.change((content) => void (content['more'] = 1));
  await honest.upload();
});

describe('changes whose dependencies never come', () => {
  /** Sends changes on top of one that nobody has. */
  function sendOrphans(peer: HubPeer, id: string, count: number): void {
    const { before, change } = edited();
    const own = Automerge.load<Record<string, unknown>>(Automerge.save(before));
    const heads = Automerge.getHeads(own).map((head) => Uint8Array.fromHex(head));
    peer.sync(id, craftMessage({ heads, chunks: [change] }));
    let doc = Automerge.applyChanges(own, [change])[0];
    for (let n = 1; n < count; n++) {
      doc = Automerge.change(doc, (draft) => void (draft['orphan'] = `${n}`.repeat(100)));
      const last = Automerge.getLastLocalChange(doc);
      if (last) peer.sync(id, craftMessage({ heads, chunks: [last] }));
    }
  }

  test('are asked for some times and no more, and not kept', async () => {
    await using world = await openHub();
    const peer = HubPeer.join(world.hub, sessionOf('orphans'));
    const id = newDocumentId();
    sendOrphans(peer, id, 30);
    await eventually('the server asks for what is missing', () => peer.about(id).length > 0);
    await world.hub.rest();
    expect(peer.about(id).length).toBeLessThan(30);
    expect(peer.closed).toBeUndefined();
    expect(await world.store.facts(id)).toBeUndefined();
    expect(world.cache.size).toBeLessThanOrEqual(1); // The document that is waited for, and nothing of its changes.
  });

  test('are taken in, acknowledged and stored once they come with what was missing', async () => {
    await using world = await openHub();
    const { before, change } = edited();
    const peer = HubPeer.join(world.hub, sessionOf('orphans'));
    const id = newDocumentId();
    const whole = Automerge.applyChanges(Automerge.clone(before), [change])[0];
    const heads = Automerge.getHeads(whole).map((head) => Uint8Array.fromHex(head));
    peer.sync(id, craftMessage({ heads, chunks: [change] }));
    const asked = await eventually('the server asks for what is missing', () => peer.about(id)[0]);
    const { need } = Automerge.decodeSyncMessage(asked['data'] as Uint8Array);
    expect(need.toSorted()).toEqual([...Automerge.getHeads(before), ...Automerge.getHeads(whole)].toSorted());
    expect(await world.store.facts(id)).toBeUndefined();
    peer.sync(id, craftMessage({ heads, chunks: [change, ...Automerge.getAllChanges(before)] }));
    await eventually('all of it is stored', async () => (await world.store.facts(id))?.heads.length);
    expect((await world.store.facts(id))?.heads).toEqual(Automerge.getHeads(whole));
    expect(peer.closed).toBeUndefined();
  });

  test('are not stored beside what is acknowledged', async () => {
    await using world = await openHub();
    const peer = HubPeer.join(world.hub, sessionOf('orphans'));
    const document = new SyncDocument(HubPeer.join(world.hub, sessionOf('honest')), newDocumentId(), {
      a: 1,
    });
    sendOrphans(peer, document.id, 3);
    await eventually('the server asks for what is missing', () => peer.about(document.id).length > 0);
    await document.upload();
    const stored = await world.store.load(document.id);
    const loaded = Automerge.load(Buffer.concat(bytesOf(stored)));
    expect(Automerge.getMissingDeps(loaded, [])).toEqual([]);
  });
});

test('a compaction that fails loses nothing, and nobody is closed for it', async () => {
  let failures = 0;
  await using world = await openHub({
    limits: { chunksBeforeCompaction: 3 },
    wrap: (store) =>
      wrapStore(store, {
        compact: async () => {
          failures += 1;
          throw new Failure('StoreUnavailable', 'the disk is full');
        },
      }),
  });
  const peer = HubPeer.join(world.hub, sessionOf('writer'));
  const document = new SyncDocument(peer, newDocumentId(), { n: 0 });
  for (let n = 1; n <= 12; n++) {
    document.change((content) => void (content['n'] = n));
    await document.upload();
    world.clock.advance(defaultSyncLimits.openedAfterMs);
    await world.hub.rest();
  }
  expect(failures).toBeGreaterThan(0);
  expect(failures).toBeLessThan(6);
  expect(peer.closed).toBeUndefined();
  const copy = new SyncDocument(HubPeer.join(world.hub, sessionOf('reader')), document.id);
  await copy.until((content) => content['n'] === 12);
});

test('who waits for a document is told of it while it is compacted, and nothing stands still', async () => {
  const fence = { ...sharedFence(), compact: () => Promise.withResolvers<never>().promise };
  await using world = await openHub({ limits: { chunksBeforeCompaction: 1 }, fence });
  const id = newDocumentId();
  const document = new SyncDocument(HubPeer.join(world.hub, sessionOf('writer')), id, { n: 0 });
  const reader = HubPeer.join(world.hub, sessionOf('reader'));
  reader.sync(id, emptySync, 'request');
  await world.hub.rest();
  await document.upload();
  for (let n = 1; n <= 4; n += 1) {
    document.change((content) => void (content['n'] = n));
    await document.upload();
  }
  world.clock.advance(60_000);
  await world.hub.rest();
  expect(reader.about(id).length).toBeGreaterThan(0);
  expect(reader.about(id).some(({ type }) => type === 'doc-unavailable')).toBe(false);
});

test('documents that nobody has cost memory only so far', async () => {
  await using world = await openHub({ limits: { changesInMemory: 1_000 } });
  const peer = HubPeer.join(world.hub, sessionOf('asks'));
  const asked = Array.from({ length: 200 }, () => newDocumentId());
  for (const id of asked) peer.sync(id, emptySync, 'request');
  await eventually('all are answered', () => asked.every((id) => peer.about(id).length > 0));
  expect(world.cache.size).toBeLessThan(50);
});
