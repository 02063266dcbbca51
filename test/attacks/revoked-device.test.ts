import { describe, expect, test } from 'bun:test';
import { from } from '@automerge/automerge';
import { parseNamespace } from '../../src/core/lexicon/namespace.ts';
import { TestApp } from '../support/app.ts';
import { TestClock } from '../support/clock.ts';
import { eventually } from '../support/eventually.ts';
import { forceWhole } from '../support/forged-sync.ts';
import { listDevices, revoke, untilWaiting, waitingApprovals } from '../support/owner.ts';
import { RawPeer } from '../support/raw-peer.ts';
import { generations } from '../support/stock-client.ts';
import { newDocumentId } from '../support/sync-document.ts';
import { World } from '../support/world.ts';

// Threat: a device was lost or stolen, and whoever has it now holds an open socket, a sync token and an approved key.
// Proves the row "a revoked device with a live socket" of SECURITY.md, and of docs/protocol.md the close
// code 1008 and "a token that is … revoked … is a 401 before the upgrade".

const namespace = 'xyz.groundmist.library';
const heldMs = 50_000;

/** A thief with the device: its key and its URL. */
async function startRobbed() {
  const clock = new TestClock();
  const world = await World.start({ clock });
  const app = await TestApp.create(world.owner);
  const url = await world.admit(namespace, app);
  const [device] = await listDevices(world);
  if (device === undefined) throw new Error('nobody was let in');
  /** What the thief's key hears when it signs in, and nobody answers. */
  const signInAgain = async () => {
    const asked = app.authenticate(world.url, { namespace });
    await untilWaiting(world);
    clock.advance(heldMs);
    return asked;
  };
  return { world, url, device, signInAgain, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

async function expectShut(url: string): Promise<void> {
  const peer = await RawPeer.connect(url);
  expect(peer.isClosed).toBe(true);
  const { status } = await fetch(url.replace('ws', 'http'), { headers: handshake });
  expect(status).toBe(401);
}

const handshake = {
  upgrade: 'websocket',
  connection: 'upgrade',
  'sec-websocket-key': `${'x'.repeat(22)}==`,
  'sec-websocket-version': '13',
};

describe('a revoked device', () => {
  test('loses its live sockets at once, joined or not, and nobody else loses one', async () => {
    await using robbed = await startRobbed();
    const [joined, silent] = [await RawPeer.join(robbed.url), await RawPeer.connect(robbed.url)];
    const other = await RawPeer.join(await robbed.world.admit(namespace));
    await revoke(robbed.world, robbed.device.id);
    for (const peer of [joined, silent]) {
      expect(await peer.closing()).toMatchObject({ code: 1008, reason: expect.stringContaining('revoked') });
    }
    await other.upload(newDocumentId(), from({ still: 'here' }));
    other.close();
  });

  test('has nothing stored that it sends after that', async () => {
    await using robbed = await startRobbed();
    const thief = await RawPeer.join(robbed.url);
    const documentId = newDocumentId();
    await revoke(robbed.world, robbed.device.id);
    const data = forceWhole(from({ by: 'the thief' }));
    thief.send({ type: 'sync', senderId: thief.peerId, documentId, data });
    await thief.closing();
    const other = await RawPeer.join(await robbed.world.admit(namespace));
    await other.upload(newDocumentId(), from({ by: 'somebody else' }));
    other.close();
    const hub = await robbed.world.groundmist.core.hubs.open(parseNamespace(namespace));
    expect(await hub.store.facts(documentId)).toBeUndefined();
  });

  test('opens no socket with its URL, and its key waits for the owner again', async () => {
    await using robbed = await startRobbed();
    await revoke(robbed.world, robbed.device.id);
    await expectShut(robbed.url);
    expect(await robbed.signInAgain()).toMatchObject({ status: 403, body: { error: 'ApprovalRequired' } });
    expect(await waitingApprovals(robbed.world)).toHaveLength(1);
    await expectShut(robbed.url);
  });

  test('is as revoked after a restart of the server', async () => {
    await using robbed = await startRobbed();
    await revoke(robbed.world, robbed.device.id);
    await robbed.world.stopServer();
    await robbed.world.startServer();
    await expectShut(robbed.url);
    expect(await listDevices(robbed.world)).toEqual([]);
    expect(await robbed.signInAgain()).toMatchObject({ status: 403, body: { error: 'ApprovalRequired' } });
  });

  test('that comes back with the owner’s yes does not bring its old URL back to life', async () => {
    await using robbed = await startRobbed();
    const { world } = robbed;
    const app = await TestApp.create(world.owner);
    const old = await world.admit(namespace, app);
    for (const { id } of await listDevices(world)) await revoke(world, id);
    const fresh = await world.admit(namespace, app);
    await expectShut(old);
    (await RawPeer.join(fresh)).close();
  });
});

test.each([...generations])(
  'a stock %s client of a revoked device gets not one more edit',
  async (generation) => {
    await using world = await World.start();
    const owner = await world.client('2.5.6');
    const [own] = await listDevices(world);
    const thief = await world.client(generation);
    const mine = owner.create({ seen: 'by both' });
    const theirs = await thief.find(mine.url);
    const stolen = (await listDevices(world)).find(({ id }) => id !== own?.id);
    await revoke(world, stolen?.id ?? '');
    await thief.alone();
    mine.change((content) => void (content['secret'] = true));
    const witness = await world.client('1.2.1');
    const seen = await witness.find(mine.url);
    await eventually('everybody else has the edit', () => seen.content()['secret'] === true);
    expect(theirs.content()).toEqual({ seen: 'by both' });
  },
);
