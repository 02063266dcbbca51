import { describe, expect, test } from 'bun:test';
import { eventually } from '../../support/eventually.ts';
import { HubPeer, openHub, sessionOf } from '../../support/hub.ts';
import { emptySync, newDocumentId, SyncDocument } from '../../support/sync-document.ts';
import { wrapStore } from '../../support/wrapped-store.ts';

function presence(peer: HubPeer, documentId: string, count: number): void {
  const data = new Uint8Array([1]);
  peer.send({ type: 'ephemeral', senderId: peer.name, documentId, sessionId: 's', count, data });
}

function presenceAt(peer: HubPeer): readonly unknown[] {
  return peer.frames.filter(({ type }) => type === 'ephemeral').map(({ count }) => count);
}

test('a peer with as many documents open as it may have goes on with those', async () => {
  await using world = await openHub({ limits: { documentsPerPeer: 2 } });
  const peer = HubPeer.join(world.hub, sessionOf('busy'));
  const [first, second] = [
    new SyncDocument(peer, newDocumentId(), { n: 1 }),
    new SyncDocument(peer, newDocumentId(), { n: 2 }),
  ];
  await first.upload();
  await second.upload();
  first.change((content) => void (content['n'] = 3));
  await first.upload();
  expect(peer.closed).toBeUndefined();
});

describe('a socket that was ended before it opened', () => {
  test('is closed as soon as it opens: its device was revoked in between', async () => {
    await using world = await openHub();
    const connection = world.hub.connect(sessionOf('revoked'), 'abc123');
    world.hub.endDevice('revoked', 'the owner has revoked this device');
    const closed: number[] = [];
    connection.open({
      queuedBytes: 0,
      send: () => 1,
      cork: (action) => action(),
      pause() {},
      resume() {},
      ping() {},
      close: (code) => void closed.push(code),
    });
    expect(closed).toEqual([1008]);
    expect(world.clock.pendingCount).toBe(0);
  });

  test('is forgotten: its handshake was none', async () => {
    await using world = await openHub();
    const connection = world.hub.connect(sessionOf('curl'), 'abc123');
    expect(world.hub.counts.sockets).toBe(1);
    connection.close(1006, 'never opened');
    expect(world.hub.counts.sockets).toBe(0);
  });
});

describe('of the sockets of one device', () => {
  const joinAll = (world: Awaited<ReturnType<typeof openHub>>, count: number) =>
    Array.from({ length: count }, (_, index) => HubPeer.join(world.hub, sessionOf('laptop'), `tab-${index}`));

  test('eight are let in; the ninth is turned away and hurts no other', async () => {
    await using world = await openHub();
    const tabs = joinAll(world, 8);
    const late = HubPeer.join(world.hub, sessionOf('laptop'), 'late');
    expect(late.closed?.code).toBe(1013);
    expect(tabs.map(({ closed }) => closed)).toEqual(Array.from({ length: 8 }, () => undefined));
    expect(HubPeer.join(world.hub, sessionOf('phone')).closed).toBeUndefined();
  });

  test('one that takes its own place over is none too many', async () => {
    await using world = await openHub();
    const tabs = joinAll(world, 8);
    const again = HubPeer.join(world.hub, sessionOf('laptop'), 'tab-3');
    expect(again.closed).toBeUndefined();
    expect(tabs[3]?.closed?.code).toBe(1000);
  });

  test('one that was turned away makes no room when it goes', async () => {
    await using world = await openHub();
    joinAll(world, 8);
    for (const name of ['late', 'later']) {
      const turnedAway = HubPeer.join(world.hub, sessionOf('laptop'), name);
      expect(turnedAway.closed?.code).toBe(1013);
      turnedAway.connection.close(1013, '');
    }
    expect(world.hub.counts.sockets).toBe(8);
  });

  test('only live ones count', async () => {
    await using world = await openHub();
    const tabs = joinAll(world, 8);
    tabs[0]?.send({ type: 'leave', senderId: 'tab-0' });
    expect(HubPeer.join(world.hub, sessionOf('laptop'), 'late').closed).toBeUndefined();
  });
});

describe('presence', () => {
  test('is dropped for a peer that is behind, and does not close it', async () => {
    await using world = await openHub();
    const [writer, reader] = [
      HubPeer.join(world.hub, sessionOf('writer')),
      HubPeer.join(world.hub, sessionOf('reader')),
    ];
    const document = new SyncDocument(writer, newDocumentId(), { n: 1 });
    await document.upload();
    const copy = new SyncDocument(reader, document.id);
    await copy.until((content) => content['n'] === 1);
    presence(writer, document.id, 1);
    reader.sendResult = -1;
    presence(writer, document.id, 2);
    reader.sendResult = 0;
    presence(writer, document.id, 3);
    reader.sendResult = 1;
    reader.connection.drain();
    presence(writer, document.id, 4);
    expect(reader.closed).toBeUndefined();
    expect(presenceAt(reader)).toEqual([1, 2, 4]);
  });

  test('reaches nobody who may not read the document any more', async () => {
    const banned = new Set<string>();
    await using world = await openHub({
      policies: [
        ({ subject }) =>
          subject.kind === 'device' && banned.has(subject.deviceId)
            ? { kind: 'refused', reason: 'not this one' }
            : { kind: 'allowed' },
      ],
    });
    const [writer, reader] = [
      HubPeer.join(world.hub, sessionOf('writer')),
      HubPeer.join(world.hub, sessionOf('reader')),
    ];
    const document = new SyncDocument(writer, newDocumentId(), { n: 1 });
    await document.upload();
    const copy = new SyncDocument(reader, document.id);
    await copy.until((content) => content['n'] === 1);
    const heard = reader.about(document.id).length;
    banned.add('reader');
    presence(writer, document.id, 1);
    document.change((content) => void (content['n'] = 2));
    await document.upload();
    expect(reader.about(document.id).length).toBe(heard);
  });
});

test('a short answer to a peer that is behind waits for it, instead of being dropped with its socket', async () => {
  await using world = await openHub({ limits: { outboundBytes: 1_000 } });
  const peer = HubPeer.join(world.hub, sessionOf('reader'));
  const document = new SyncDocument(HubPeer.join(world.hub, sessionOf('writer')), newDocumentId(), { n: 1 });
  await document.upload();
  peer.sendResult = -1;
  const missing = Array.from({ length: 3 }, newDocumentId);
  for (const id of missing) peer.sync(id, emptySync, 'request');
  await eventually('all are held', () => world.hub.counts.heldAnswers === missing.length);
  peer.sync(document.id, emptySync, 'request');
  await eventually('the document is queued', () => peer.about(document.id).length > 0);
  peer.sendResult = 0;
  world.clock.advance(5_000);
  expect(peer.closed).toBeUndefined();
  peer.sendResult = 1;
  peer.connection.drain();
  expect(missing.map((id) => peer.about(id)[0]?.['type'])).toEqual(missing.map(() => 'doc-unavailable'));
});

test('a device that may no longer write is closed, and comes again as a reader', async () => {
  const readers = new Set<string>();
  await using world = await openHub({
    policies: [
      ({ subject, action }) =>
        action === 'write' && subject.kind === 'device' && readers.has(subject.deviceId)
          ? { kind: 'refused', reason: 'this one reads' }
          : { kind: 'allowed' },
    ],
  });
  const peer = HubPeer.join(world.hub, sessionOf('guest'));
  const document = new SyncDocument(peer, newDocumentId(), { n: 1 });
  await document.upload();
  const before = await world.store.facts(document.id);
  readers.add('guest');
  document.change((content) => void (content['n'] = 2));
  document.speak();
  await eventually('the socket is closed', () => peer.closed);
  expect(peer.closed?.code).toBe(1008);
  expect((await world.store.facts(document.id))?.heads).toEqual(before?.heads);
});

test('a slow peer that asked for much makes the server load it as it can take it', async () => {
  let loads = 0;
  await using world = await openHub({
    wrap: (store) =>
      wrapStore(store, {
        load: (id) => {
          loads += 1;
          return store.load(id);
        },
      }),
    limits: { changesInMemory: 0 },
  });
  const writer = HubPeer.join(world.hub, sessionOf('writer'));
  const documents = Array.from({ length: 40 }, (_, n) => new SyncDocument(writer, newDocumentId(), { n }));
  for (const document of documents) await document.upload();
  const reader = HubPeer.join(world.hub, sessionOf('reader'));
  reader.sendResult = -1;
  for (const { id } of documents) reader.sync(id, emptySync, 'request');
  await eventually('the first answer is queued', () => reader.frames.length > 1);
  await world.hub.rest();
  loads = 0;
  const answers = reader.frames.length;
  reader.connection.drain();
  await eventually('one more answer is queued', () => reader.frames.length > answers);
  expect(loads).toBeLessThan(5);
  reader.sendResult = 1;
  reader.connection.drain();
  await eventually('all are answered', () => documents.every(({ id }) => reader.about(id).length > 0));
});
