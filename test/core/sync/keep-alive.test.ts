import { expect, test } from 'bun:test';
import { HubPeer, openHub, sessionOf } from '../../support/hub.ts';
import { emptySync, newDocumentId } from '../../support/sync-document.ts';

const everyMs = 25_000;

test('a joined socket is pinged before any proxy forgets it, whoever is busy and whoever is silent, with one timer for all', async () => {
  await using world = await openHub();
  const peers = Array.from({ length: 100 }, (_, index) =>
    HubPeer.join(world.hub, sessionOf(`device-${index}`)),
  );
  expect(world.clock.pendingCount).toBe(1);
  world.clock.advance(everyMs - 1);
  expect(peers.map(({ pings }) => pings)).toEqual(peers.map(() => 0));
  for (let round = 1; round <= 20; round++) {
    world.clock.advance(everyMs);
    expect(peers.map(({ pings }) => pings)).toEqual(peers.map(() => round));
  }
  expect(peers.filter(({ closed }) => closed !== undefined)).toEqual([]);
  expect(world.clock.pendingCount).toBe(1);
  for (const { connection } of peers) connection.close(1001, 'gone');
  expect(world.clock.pendingCount).toBe(0);
});

test('one that gives no sign of life for two minutes is closed', async () => {
  await using world = await openHub();
  const [dead, alive] = [
    HubPeer.join(world.hub, sessionOf('dead')),
    HubPeer.join(world.hub, sessionOf('alive')),
  ];
  dead.answersPings = false;
  world.clock.advance(4 * everyMs);
  expect(dead.closed).toBeUndefined();
  world.clock.advance(everyMs);
  expect(dead.closed).toMatchObject({ code: 1001 });
  expect(alive.closed).toBeUndefined();
  expect(world.hub.counts.sockets).toBe(1);
});

test('a message is a sign of life as good as a pong, for who never answers pings', async () => {
  await using world = await openHub();
  const peer = HubPeer.join(world.hub, sessionOf('talks'));
  peer.answersPings = false;
  for (let asked = 0; asked < 20; asked++) {
    world.clock.advance(everyMs);
    peer.sync(newDocumentId(), emptySync, 'request');
  }
  expect(peer.closed).toBeUndefined();
});

test('a socket that is full is left to take what it has, and one that is not read is not blamed for its silence', async () => {
  await using world = await openHub({ limits: { messagesAtOnce: 1, messagesPerSecond: 1 / 3600 } });
  const paused = HubPeer.join(world.hub, sessionOf('paused'));
  const full = HubPeer.join(world.hub, sessionOf('full'));
  full.sendResult = -1;
  full.sync(newDocumentId(), emptySync, 'request');
  await world.hub.rest();
  for (let sent = 0; sent < 2; sent++) paused.sync(newDocumentId(), emptySync, 'request');
  expect(paused.isPaused).toBe(true);
  world.clock.advance(10 * everyMs);
  expect([paused.pings, full.pings]).toEqual([0, 0]);
  expect([paused.closed, full.closed]).toEqual([undefined, undefined]);
});
