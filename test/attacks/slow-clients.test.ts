import { encode } from '@automerge/automerge-repo/helpers/cbor.js';
import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { binaryFrame, handshake, silentSocket } from '../e2e/silent-socket.ts';
import { eventually } from '../support/eventually.ts';
import { headOf } from '../support/raw-request.ts';
import { RawPeer } from '../support/raw-peer.ts';
import { Served } from '../support/served.ts';
import { SlowConnection } from '../support/slow-connection.ts';

setDefaultTimeout(60_000);

/*
 * Threat: connections that say little or nothing, one by one cheap to open, are held until nobody else is served.
 * Proves SECURITY.md "connections that say little or nothing" and docs/protocol.md, Limits: "time for the headers of a
 * request", "time for its body", "requests of a connection", "bodies that are sent at once", "connections of a device".
 */

let served: Served;
const connections: SlowConnection[] = [];
beforeEach(async () => {
  served = await Served.start();
});
afterEach(async () => {
  for (const connection of connections.splice(0)) connection[Symbol.dispose]();
  await served[Symbol.asyncDispose]();
});

async function hold(count: number, said: string, from?: string): Promise<readonly SlowConnection[]> {
  const opened = await SlowConnection.openMany(served.port, count, said, from);
  connections.push(...opened);
  return opened;
}

function statuses(of: readonly SlowConnection[]): Readonly<Record<number, number>> {
  const counts: Record<number, number> = {};
  for (const { status } of of) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** Somebody else can look, sign in and sync. */
async function expectOthersToBeServed(): Promise<void> {
  expect((await served.ask({ start: 'GET /health' })).status).toBe(200);
  const peer = await RawPeer.join(await served.admit());
  expect(peer.isClosed).toBe(false);
  peer.close();
}

describe('bodies that never end', () => {
  const said = headOf({ start: 'POST /authenticate', headers: [['Content-Length', '1000']] });

  test('of one address take 32 places; beyond that they are turned away at once, and nobody else is', async () => {
    const slow = await hold(40, said, '127.0.0.2');
    await eventually('eight are turned away', () => slow.filter((one) => one.isClosed).length === 8);
    expect(statuses(slow)).toEqual({ 0: 32, 429: 8 });
    await expectOthersToBeServed();
  });

  test('of many addresses take 256 places in all, and hold up nobody who has signed in', async () => {
    const peer = await RawPeer.join(await served.admit());
    const slow: SlowConnection[] = [];
    for (let host = 10; host < 19; host++) slow.push(...(await hold(32, said, `127.0.0.${host}`)));
    await eventually('those of one address are turned away', () => statuses(slow)[429] === 32);
    expect(statuses(slow)).toEqual({ 0: 256, 429: 32 });
    expect((await served.ask({ start: 'GET /health' })).status).toBe(200);
    peer.send({ type: 'leave', senderId: peer.peerId });
    expect(await peer.closing()).toMatchObject({ code: 1000 });
  });

  test('are given up after ten seconds, however often another byte comes, and their places are free', async () => {
    const slow = await hold(32, said, '127.0.0.1');
    await eventually('they are being read', async () => (await sendEmptyBody()) === 429);
    for (let second = 1; second < 10; second++) {
      served.composed.clock.advance(1000);
      for (const one of slow) one.say(' ');
    }
    expect(slow.every((one) => !one.isClosed)).toBe(true);
    served.composed.clock.advance(1000);
    await eventually('all are closed', () => slow.every((one) => one.isClosed));
    expect(statuses(slow)).toEqual({ 400: 32 });
    expect(slow[0]?.heard).toContain('The body did not arrive within 10 s.');
    await expectOthersToBeServed();
  });

  test('leave their places when they hang up', async () => {
    const slow = await hold(32, said, '127.0.0.1');
    await eventually('they are being read', async () => (await sendEmptyBody()) === 429);
    for (const one of slow) one[Symbol.dispose]();
    await eventually('there is room', async () => (await sendEmptyBody()) === 400);
  });

  async function sendEmptyBody(): Promise<number> {
    // The clock goes on, so that it is not the number of requests that is limited.
    served.composed.clock.advance(500);
    return (await served.ask({ start: 'POST /authenticate', body: '{}' })).status;
  }
});

describe('requests that never begin', () => {
  const begun = 'GET /health HTTP/1.1\r\nHost: localhost\r\nX-Slow: ';

  test.each([
    ['say nothing', ''],
    ['stop in the middle of a header', begun],
  ])('a thousand connections that %s hold up nobody, from one address or many', async (_what, said) => {
    for (let host = 1; host <= 10; host++) await hold(100, said, `127.0.0.${host}`);
    await expectOthersToBeServed();
    expect(connections.every((one) => !one.isClosed)).toBe(true);
  });

  test('are closed by Bun after its own time, also when a byte comes every now and then', async () => {
    const silent = await hold(5, '');
    const slow = await hold(5, begun);
    await eventually('all are closed', () => {
      for (const one of slow) one.say('x');
      return [...silent, ...slow].every((one) => one.isClosed);
    });
  });
});

describe('a connection that is kept alive', () => {
  test.each([
    ['an answer', 'GET /health', 200],
    ['a no', 'GET /nowhere', 404],
    ['a preflight', 'OPTIONS /authenticate', 204],
  ])('ends with %s: there is one request for each', async (_what, start, status) => {
    const headers = [['Connection', 'keep-alive']] as const;
    const answer = await served.ask({ start, headers });
    expect(answer.status).toBe(status);
    expect(answer.header('connection')).toBe('close');
  });

  test('is not answered twice', async () => {
    const twice = headOf({ start: 'GET /health', headers: [['Connection', 'keep-alive']] }).repeat(2);
    const [connection] = await hold(1, twice);
    await eventually('it is closed', () => connection?.isClosed);
    expect(connection?.heard.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });
});

describe('sockets that never join', () => {
  test('are sixteen at most for a device, closed after ten seconds, and hold up no other', async () => {
    const url = await served.admit();
    const { clock, groundmist } = served.composed;
    const open: RawPeer[] = [];
    for (let count = 0; count < 16; count++) open.push(await RawPeer.connect(url));
    expect((await RawPeer.connect(url)).isClosed).toBe(true);
    await expectOthersToBeServed();
    clock.advance(10_000);
    for (const peer of open)
      expect(await peer.closing()).toEqual({ code: 1002, reason: 'no join arrived in time' });
    const [deviceId] = groundmist.core.access.list().apps.flatMap((app) => app.devices.map(({ id }) => id));
    await eventually('there is room', () => groundmist.core.hubs.hasRoom(deviceId ?? ''));
    expect((await RawPeer.join(url)).isClosed).toBe(false);
  });

  test('and dead ones are found out: the server pings, and does not wait for ever', async () => {
    const { clock, groundmist } = served.composed;
    const { hubs } = groundmist.core;
    const socket = await silentSocket(served.port, handshake(await served.admit()));
    await eventually('it is open', () => [...hubs.counts().values()].some(({ sockets }) => sockets > 0));
    socket.write(binaryFrame(encode({ type: 'join', senderId: 'dead', padding: 'x'.repeat(200) })));
    await eventually('it has joined', () => hubs.socketCounts().size > 0);
    for (let asked = 0; asked < 5; asked++) clock.advance(25_000);
    await eventually('it is gone', () => hubs.socketCounts().size === 0);
    socket.destroy();
  });
});
