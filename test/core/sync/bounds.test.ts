import { describe, expect, test } from 'bun:test';
import { eventually } from '../../support/eventually.ts';
import { HubPeer, openHub, sessionOf, type TestHub } from '../../support/hub.ts';
import { emptySync, newDocumentId, SyncDocument } from '../../support/sync-document.ts';
import { wrapStore } from '../../support/wrapped-store.ts';

const nothingKept = {
  sockets: 0,
  unjoined: 0,
  documents: 0,
  heldAnswers: 0,
  wantedIds: 0,
  presenceSenders: 0,
  checks: 0,
};

/** That of all joined sockets together. */
const pingTimer = 1;

/** Asks for so many ids that nobody has, a hundred at a time. */
async function askForUnknown(world: TestHub, peer: HubPeer, count: number): Promise<void> {
  for (let asked = 0; asked < count; asked += 100) {
    for (let n = 0; n < 100; n++) peer.sync(newDocumentId(), emptySync, 'request');
    await eventually('all are looked for', async () => {
      await world.hub.rest();
      return world.hub.counts.documents <= world.hub.counts.heldAnswers;
    });
  }
}

function unavailable(peer: HubPeer): number {
  return peer.frames.filter(({ type }) => type === 'doc-unavailable').length;
}

describe('ids that nobody has', () => {
  test('leave a bounded list behind while their asker stays, and nothing once it is gone', async () => {
    await using world = await openHub({
      limits: { wantedPerPeer: 1_000 },
      wrap: (store) => wrapStore(store, { facts: async () => undefined }),
    });
    const peer = HubPeer.join(world.hub, sessionOf('asks'));
    await askForUnknown(world, peer, 100_000);
    expect(unavailable(peer)).toBe(100_000);
    expect(peer.closed).toBeUndefined();
    expect(world.hub.counts).toEqual({ ...nothingKept, sockets: 1, wantedIds: 1_000 });
    peer.connection.close(1001, 'gone');
    expect(world.hub.counts).toEqual(nothingKept);
    expect(world.clock.pendingCount).toBe(0);
  });

  test('are held for so many answers only, with one timer; the others are answered at once', async () => {
    await using world = await openHub({ limits: { unavailableHeld: 200 } });
    const [peer] = [HubPeer.join(world.hub, sessionOf('asks')), HubPeer.join(world.hub, sessionOf('other'))];
    await askForUnknown(world, peer, 500);
    expect(unavailable(peer)).toBe(300);
    expect(world.hub.counts).toMatchObject({ documents: 200, heldAnswers: 200, wantedIds: 300 });
    expect(world.clock.pendingCount).toBe(pingTimer + 1);
    world.clock.advance(5_000);
    expect(unavailable(peer)).toBe(500);
    expect(world.hub.counts).toMatchObject({ documents: 0, heldAnswers: 0, wantedIds: 500 });
    expect(world.clock.pendingCount).toBe(pingTimer);
  });

  test('leave nothing behind where their asker leaves before the answer', async () => {
    await using world = await openHub();
    const [peer] = [HubPeer.join(world.hub, sessionOf('asks')), HubPeer.join(world.hub, sessionOf('other'))];
    await askForUnknown(world, peer, 500);
    peer.connection.close(1001, 'gone');
    expect(world.hub.counts).toEqual({ ...nothingKept, sockets: 1 });
    expect(world.clock.pendingCount).toBe(pingTimer);
  });
});

describe('a document that was said to be unavailable', () => {
  async function askInVain(world: TestHub, asker: HubPeer, id = newDocumentId()) {
    asker.sync(id, emptySync, 'request');
    await eventually('it is said to be missing', () => {
      world.clock.advance(5_000);
      return asker.about(id).length > 0;
    });
    expect(world.hub.counts.documents).toBe(0);
    return id;
  }

  test('is pushed to all who asked for it when it comes, long after', async () => {
    await using world = await openHub();
    const askers = ['one', 'two'].map((name) => HubPeer.join(world.hub, sessionOf(name)));
    const id = newDocumentId();
    for (const asker of askers) await askInVain(world, asker, id);
    world.clock.advance(3_600_000);
    await new SyncDocument(HubPeer.join(world.hub, sessionOf('brings')), id, { late: true }).upload();
    for (const asker of askers) {
      const copy = new SyncDocument(asker, id);
      await eventually('it is pushed', () => {
        copy.hear();
        return copy.content['late'] === true;
      });
    }
    expect(world.hub.counts.wantedIds).toBe(0);
  });

  test('is pushed no more where many others were asked for since', async () => {
    await using world = await openHub({ limits: { wantedPerPeer: 2 } });
    const asker = HubPeer.join(world.hub, sessionOf('asks'));
    const ids = [];
    for (let n = 0; n < 3; n++) ids.push(await askInVain(world, asker));
    const bringer = HubPeer.join(world.hub, sessionOf('brings'));
    for (const id of ids) await new SyncDocument(bringer, id, { late: true }).upload();
    await world.hub.rest();
    const pushed = ids.map((id) => asker.about(id).some(({ type }) => type === 'sync'));
    expect(pushed).toEqual([false, true, true]);
  });

  test('takes nothing from who may only read, also when it comes', async () => {
    await using world = await openHub();
    const reader = HubPeer.join(world.hub, sessionOf('reads', { permission: 'read' }));
    const id = await askInVain(world, reader);
    await new SyncDocument(HubPeer.join(world.hub, sessionOf('brings')), id, { late: true }).upload();
    const copy = new SyncDocument(reader, id);
    await eventually('it is pushed', () => {
      copy.hear();
      return copy.content['late'] === true;
    });
    const before = await world.store.facts(id);
    copy.change((content) => void (content['late'] = 'changed'));
    copy.speak();
    await world.hub.rest();
    expect((await world.store.facts(id))?.heads).toEqual(before?.heads);
  });
});

test('a thousand connections that come and go leave nothing behind', async () => {
  await using world = await openHub();
  const neighbour = HubPeer.join(world.hub, sessionOf('stays'));
  for (let n = 0; n < 1_000; n++) {
    const device = `device-${n % 5}`;
    const peer =
      n % 3 === 0 ? HubPeer.open(world.hub, sessionOf(device)) : HubPeer.join(world.hub, sessionOf(device));
    const id = newDocumentId();
    const presence = {
      senderId: device,
      documentId: id,
      sessionId: 's',
      count: 1,
      data: new Uint8Array([1]),
    };
    if (n % 3 > 0) peer.sync(id, emptySync, 'request');
    if (n % 3 > 0) peer.send({ type: 'ephemeral', ...presence });
    if (n % 3 > 1) await world.hub.rest();
    peer.connection.close(1001, 'gone');
  }
  neighbour.connection.close(1001, 'gone');
  await eventually('all rests', () => world.hub.counts.documents === 0);
  expect(world.hub.counts).toEqual(nothingKept);
  expect(world.clock.pendingCount).toBe(0);
  expect(world.cache.size).toBe(0);
});

test('gossip about heads elsewhere is understood and changes nothing', async () => {
  await using world = await openHub();
  const peer = HubPeer.join(world.hub, sessionOf('gossips'));
  for (let n = 0; n < 1_000; n++) {
    peer.send({ type: 'remote-subscription-change', senderId: peer.name, add: [`storage-${n}`] });
    peer.send({
      type: 'remote-heads-changed',
      senderId: peer.name,
      documentId: newDocumentId(),
      newHeads: {},
    });
  }
  expect(peer.closed).toBeUndefined();
  expect(peer.frames.length).toBe(1);
  expect(world.hub.counts).toEqual({ ...nothingKept, sockets: 1 });
});
