import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { from } from '@automerge/automerge';
import { dataTree } from '../support/data-tree.ts';
import { forceWhole } from '../support/forged-sync.ts';
import { RawPeer } from '../support/raw-peer.ts';
import { emptySync, newDocumentId } from '../support/sync-document.ts';
import { World } from '../support/world.ts';

// Threat: an approved device gives itself the id of another one, or of the server, to push it out or to speak in its name.
// Proves the row "a peer that takes another's id" of SECURITY.md, and of docs/protocol.md "`senderId` is 1–256
// characters, the same in every frame of a socket".

const library = 'xyz.groundmist.library';

let world: World;
let mine: string;
let theirs: string;
beforeAll(async () => {
  world = await World.start();
  [mine, theirs] = [await world.admit(library), await world.admit(library)];
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

/** What becomes of a socket that joins under this id. */
async function joinAs(url: string, peerId: string) {
  const peer = await RawPeer.connect(url, peerId);
  peer.send({ type: 'join', senderId: peerId, supportedProtocolVersions: ['1'] });
  return peer.closing();
}

/** Two devices that follow one document. */
async function startPair() {
  const [first, second] = [await RawPeer.join(mine), await RawPeer.join(theirs)];
  const documentId = newDocumentId();
  await first.upload(documentId, from({ n: 1 }));
  await second.upload(documentId, from({ n: 2 }));
  return { first, second, documentId };
}

function presence(senderId: string, documentId: string) {
  return { type: 'ephemeral', senderId, documentId, sessionId: 's', count: 1, data: new Uint8Array([1]) };
}

describe('an id that is taken', () => {
  test('stays with the device that has it, which goes on; and is its own to take over', async () => {
    const first = await RawPeer.join(mine, 'the-same-name');
    expect(await joinAs(theirs, 'the-same-name')).toMatchObject({ code: 1008 });
    await first.upload(newDocumentId(), from({ still: 'mine' }));
    const again = await RawPeer.join(mine, 'the-same-name');
    expect((await first.closing()).code).toBe(1000);
    again.close();
  });

  test('of the server itself is given to nobody', async () => {
    const peer = await RawPeer.join(mine);
    const server = String((await peer.next(({ type }) => type === 'peer'))['senderId']);
    for (const url of [mine, theirs]) expect(await joinAs(url, server)).toMatchObject({ code: 1008 });
    peer.close();
  });
});

describe('a socket that changes its id after join', () => {
  const frames: readonly (readonly [string, (id: string, documentId: string) => object])[] = [
    ['sync', (senderId, documentId) => ({ type: 'sync', senderId, documentId, data: forceWhole(from({})) })],
    ['request', (senderId, documentId) => ({ type: 'request', senderId, documentId, data: emptySync })],
    ['leave', (senderId) => ({ type: 'leave', senderId })],
    ['join', (senderId) => ({ type: 'join', senderId })],
    ['doc-unavailable', (senderId, documentId) => ({ type: 'doc-unavailable', senderId, documentId })],
    ['remote-heads-changed', (senderId) => ({ type: 'remote-heads-changed', senderId })],
  ];
  test.each(frames)('with %s is closed, and the one it named is not', async (_type, frame) => {
    const { first, second, documentId } = await startPair();
    second.send(frame(first.peerId, documentId));
    expect((await second.closing()).code).toBe(1002);
    await first.upload(newDocumentId(), from({ still: 'here' }));
    first.close();
  });

  test('has no presence passed on in another’s name, nor in the server’s', async () => {
    const { first, second, documentId } = await startPair();
    const server = String((await first.next(({ type }) => type === 'peer'))['senderId']);
    for (const name of [first.peerId, server]) second.send(presence(name, documentId));
    second.send(presence(second.peerId, documentId));
    await first.next(({ type }) => type === 'ephemeral');
    const senders = first.frames.filter(({ type }) => type === 'ephemeral').map(({ senderId }) => senderId);
    expect(senders).toEqual([second.peerId]);
    for (const peer of [first, second]) peer.close();
  });
});

test.each([
  'storage-adapter-id',
  '../../etc/passwd',
  'xyz/groundmist',
  '.groundmist',
  '__proto__',
  'a\u0000b',
])('the id "%s" is a name like any other, and no file comes of it', async (name) => {
  const before = dataTree(world.dataDirectory);
  const peer = await RawPeer.join(mine, name);
  const [answer] = peer.frames;
  expect(answer).toMatchObject({ type: 'peer', targetId: name });
  const other = await RawPeer.join(theirs);
  expect(other.frames[0]?.['peerMetadata']).toEqual(answer?.['peerMetadata'] as object);
  await peer.upload(newDocumentId(), from({ by: name }));
  expect(dataTree(world.dataDirectory)).toEqual(before);
  for (const one of [peer, other]) one.close();
});

describe('an id of a megabyte', () => {
  const huge = 'x'.repeat(1024 * 1024);

  test('does not join', async () => {
    expect(await joinAs(mine, huge)).toMatchObject({ code: 1009 });
    expect(await joinAs(mine, 'x'.repeat(257))).toMatchObject({ code: 1002 });
  });

  test('is no sender of a later frame', async () => {
    const peer = await RawPeer.join(mine);
    peer.send({ type: 'leave', senderId: huge });
    expect((await peer.closing()).code).toBe(1002);
  });
});
