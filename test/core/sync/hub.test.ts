import { describe, expect, test } from 'bun:test';
import * as Automerge from '@automerge/automerge';
import { Failure } from '../../../src/core/failure.ts';
import { defaultSyncLimits } from '../../../src/core/sync/limits.ts';
import type { DocumentStore } from '../../../src/core/store/document-store.ts';
import { eventually } from '../../support/eventually.ts';
import { HubPeer, openHub, sessionOf } from '../../support/hub.ts';
import { emptySync, newDocumentId, SyncDocument } from '../../support/sync-document.ts';
import { wrapStore } from '../../support/wrapped-store.ts';

const minuteMs = 60_000;

/** A sync message with all of a document of maps in maps. Made without a JavaScript object of it: that ends Automerge. */
function deepDocument(depth: number): Uint8Array {
  const handle = Automerge.getBackend(Automerge.init());
  let object = '_root';
  for (let level = 0; level < depth; level++) object = handle.putObject(object, 'k', {});
  handle.commit();
  const have = [{ lastSync: [], bloom: new Uint8Array() }];
  return Automerge.encodeSyncMessage({
    heads: handle.getHeads(),
    need: [],
    have,
    changes: handle.getChanges([]),
  });
}

/** A store whose appends wait for the test, and can be made to fail. */
class GatedStore {
  readonly waiting: (() => void)[] = [];
  failure: Failure | undefined;

  wrap = (store: DocumentStore): DocumentStore =>
    wrapStore(store, {
      append: async (id, addition) => {
        const { promise, resolve } = Promise.withResolvers<void>();
        this.waiting.push(resolve);
        await promise;
        if (this.failure) throw this.failure;
        return store.append(id, addition);
      },
    });

  open(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}

describe('what a peer sent', () => {
  test('is neither acknowledged nor forwarded before it is durable', async () => {
    const gate = new GatedStore();
    await using world = await openHub({ wrap: gate.wrap });
    const writer = new SyncDocument(HubPeer.join(world.hub, sessionOf('writer')), newDocumentId(), { a: 1 });
    const reader = HubPeer.join(world.hub, sessionOf('reader'));
    reader.sync(writer.id, emptySync, 'request');
    await eventually('the upload reaches the store', () => {
      writer.hear();
      writer.speak();
      return gate.waiting.length > 0;
    });
    writer.hear();
    expect(writer.isHeld).toBe(false);
    expect(reader.about(writer.id)).toEqual([]);
    gate.open();
    await writer.upload();
    await eventually('the reader hears of it', () => reader.about(writer.id).length > 0);
  });

  test('is not acknowledged where the store fails; the sender is closed and the old state stays', async () => {
    const gate = new GatedStore();
    await using world = await openHub({ wrap: gate.wrap });
    const peer = HubPeer.join(world.hub, sessionOf('writer'));
    const neighbour = HubPeer.join(world.hub, sessionOf('neighbour'));
    const document = new SyncDocument(peer, newDocumentId(), { kept: true });
    const ticking = setInterval(() => gate.open(), 1);
    await document.upload();
    gate.failure = new Failure('StoreUnavailable', 'the disk is full');
    document.change((content) => void (content['lost'] = true));
    document.speak();
    await eventually('the sender is closed', () => peer.closed);
    expect(peer.closed?.code).toBe(1013);
    expect(neighbour.closed).toBeUndefined();
    gate.failure = undefined;
    const copy = new SyncDocument(neighbour, document.id);
    await copy.until((content) => content['kept'] === true);
    clearInterval(ticking);
    expect(copy.content).toEqual({ kept: true });
  });

  test('can be nested ten thousand deep and harms nobody', async () => {
    await using world = await openHub();
    const peer = HubPeer.join(world.hub, sessionOf('deep'));
    const id = newDocumentId();
    peer.sync(id, deepDocument(10_000));
    await eventually('it is stored', () => world.store.facts(id));
    expect(peer.closed).toBeUndefined();
    const other = new SyncDocument(HubPeer.join(world.hub, sessionOf('other')), newDocumentId(), {
      fine: true,
    });
    await other.upload();
  });
});

describe('a socket', () => {
  test('that never joins is closed after ten seconds', async () => {
    await using world = await openHub();
    const peer = HubPeer.open(world.hub, sessionOf('silent'));
    world.clock.advance(9_999);
    expect(peer.closed).toBeUndefined();
    world.clock.advance(1);
    expect(peer.closed?.code).toBe(1002);
  });

  test('that goes silent after its first message does no harm, also an hour later', async () => {
    await using world = await openHub();
    const peer = HubPeer.join(world.hub, sessionOf('silent'));
    const announced = new SyncDocument(peer, newDocumentId(), { never: 'sent' });
    announced.speak();
    await eventually('the server asks for it', () => peer.about(announced.id).length > 0);
    world.clock.advance(60 * minuteMs);
    const other = new SyncDocument(HubPeer.join(world.hub, sessionOf('other')), newDocumentId(), { a: 1 });
    await other.upload();
    expect(peer.closed).toBeUndefined();
    expect(await world.store.facts(announced.id)).toBeUndefined();
  });

  test('that is full hears the rest once it has drained', async () => {
    await using world = await openHub();
    const writer = HubPeer.join(world.hub, sessionOf('writer'));
    const reader = HubPeer.join(world.hub, sessionOf('reader'));
    const [first, second] = [
      new SyncDocument(writer, newDocumentId(), { n: 1 }),
      new SyncDocument(writer, newDocumentId(), { n: 2 }),
    ];
    await first.upload();
    await second.upload();
    reader.sendResult = -1;
    reader.sync(first.id, emptySync, 'request');
    await eventually('the first answer is queued', () => reader.about(first.id).length > 0);
    reader.sync(second.id, emptySync, 'request');
    const third = new SyncDocument(writer, newDocumentId(), { n: 3 });
    await third.upload();
    expect(reader.about(second.id)).toEqual([]);
    reader.sendResult = 1;
    reader.connection.drain();
    await eventually('the second answer comes', () => reader.about(second.id).length > 0);
  });

  test('that drops a frame is closed, for its client would wait for ever', async () => {
    await using world = await openHub();
    const document = new SyncDocument(HubPeer.join(world.hub, sessionOf('writer')), newDocumentId(), {
      n: 1,
    });
    await document.upload();
    const reader = HubPeer.join(world.hub, sessionOf('reader'));
    reader.sendResult = 0;
    reader.sync(document.id, emptySync, 'request');
    await eventually('it is closed', () => reader.closed);
    expect(reader.closed?.code).toBe(1013);
  });

  test('may have so many documents open and no more', async () => {
    await using world = await openHub({ limits: { documentsPerPeer: 3 } });
    const peer = HubPeer.join(world.hub, sessionOf('greedy'));
    for (let count = 0; count < 3; count++) peer.sync(newDocumentId(), emptySync, 'request');
    expect(peer.closed).toBeUndefined();
    peer.sync(newDocumentId(), emptySync, 'request');
    expect(peer.closed?.code).toBe(1013);
  });
});

describe('a document that is not here', () => {
  test('is unavailable at once where nobody else is connected', async () => {
    await using world = await openHub();
    const peer = HubPeer.join(world.hub, sessionOf('alone'));
    const id = newDocumentId();
    peer.sync(id, emptySync, 'request');
    await eventually('the answer comes', () => peer.about(id).length > 0);
    expect(peer.about(id)[0]?.['type']).toBe('doc-unavailable');
    expect(await world.store.facts(id)).toBeUndefined();
  });

  test('is unavailable after five seconds where somebody may still bring it', async () => {
    await using world = await openHub();
    const peer = HubPeer.join(world.hub, sessionOf('asks'));
    const bringer = HubPeer.join(world.hub, sessionOf('brings'));
    const [missing, brought] = [newDocumentId(), newDocumentId()];
    for (const id of [missing, brought]) peer.sync(id, emptySync, 'request');
    await new SyncDocument(bringer, brought, { here: true }).upload();
    await eventually('what was brought is passed on', () => peer.about(brought).length > 0);
    expect(peer.about(missing)).toEqual([]);
    world.clock.advance(5_000);
    expect(peer.about(missing).map((frame) => frame['type'])).toEqual(['doc-unavailable']);
    expect(peer.about(brought).map((frame) => frame['type'])).toEqual(['sync']);
  });

  test('is not called unavailable while it is being stored', async () => {
    const gate = new GatedStore();
    await using world = await openHub({ wrap: gate.wrap });
    const reader = HubPeer.join(world.hub, sessionOf('asks'));
    const brought = new SyncDocument(HubPeer.join(world.hub, sessionOf('brings')), newDocumentId(), { a: 1 });
    const pending = world.clock.pendingCount;
    reader.sync(brought.id, emptySync, 'request');
    await eventually('the question is held', () => world.clock.pendingCount > pending);
    await eventually('the upload reaches the store', () => {
      brought.hear();
      brought.speak();
      return gate.waiting.length > 0;
    });
    world.clock.advance(5_000);
    await Bun.sleep(0);
    expect(reader.about(brought.id)).toEqual([]);
    gate.open();
    await eventually('it comes', () => reader.about(brought.id).length > 0);
    expect(reader.about(brought.id)[0]?.['type']).toBe('sync');
  });

  test('is asked of a peer whose root document it is', async () => {
    await using world = await openHub();
    const id = newDocumentId();
    const peer = HubPeer.join(world.hub, sessionOf('app', { rootDocumentUrl: `automerge:${id}` }));
    await eventually('the server asks', () => peer.about(id).length > 0);
    expect(peer.about(id)[0]?.['type']).toBe('request');
    const root = new SyncDocument(peer, id, { index: [] });
    await root.upload();
    expect(await world.store.facts(id)).toBeDefined();
  });
});

describe('memory', () => {
  test('is given back for documents that nobody used lately, and they come back from the store', async () => {
    await using world = await openHub({ limits: { changesInMemory: 20 } });
    const peer = HubPeer.join(world.hub, sessionOf('many'));
    const documents = Array.from(
      { length: 10 },
      (_, n) => new SyncDocument(peer, newDocumentId(), { n, a: 1, b: 2 }),
    );
    for (const document of documents) await document.upload();
    expect(world.cache.size).toBeLessThan(8);
    for (const document of documents) {
      document.change((content) => void (content['again'] = true));
      await document.upload();
    }
    expect((await world.store.list({ limit: 20 })).length).toBe(10);
  });

  test('holds no document whose last peer has left', async () => {
    await using world = await openHub();
    const peer = HubPeer.join(world.hub, sessionOf('leaves'));
    const document = new SyncDocument(peer, newDocumentId(), { n: 1 });
    await document.upload();
    document.change((content) => void (content['n'] = 2));
    await document.upload();
    await world.hub.rest();
    expect(world.cache.size).toBe(1);
    peer.connection.close(1001, 'gone');
    await world.hub.rest();
    expect(world.cache.size).toBe(0);
  });
});

test('many chunks become one, and nothing of them is lost', async () => {
  await using world = await openHub({ limits: { chunksBeforeCompaction: 5 } });
  const document = new SyncDocument(HubPeer.join(world.hub, sessionOf('writer')), newDocumentId(), { n: 0 });
  for (let n = 1; n <= 12; n++) {
    document.change((content) => void (content['n'] = n));
    await document.upload();
  }
  world.clock.advance(defaultSyncLimits.openedAfterMs);
  await eventually(
    'it is compacted',
    async () => ((await world.store.facts(document.id))?.chunkCount ?? 9) < 8,
  );
  const copy = new SyncDocument(HubPeer.join(world.hub, sessionOf('reader')), document.id);
  await copy.until((content) => content['n'] === 12);
  expect(Automerge.getHeads(copy.doc)).toEqual(Automerge.getHeads(document.doc));
});

test('a peer that has thrown a document away and asks for it again on the same socket gets it again', async () => {
  await using world = await openHub();
  const peer = HubPeer.join(world.hub, sessionOf('forgetful'));
  const document = new SyncDocument(peer, newDocumentId(), { a: 1 });
  await document.upload();
  const again = new SyncDocument(peer, document.id);
  await again.until((content) => content['a'] === 1);
});
