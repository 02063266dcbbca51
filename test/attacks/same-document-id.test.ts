import { afterAll, beforeAll, expect, test } from 'bun:test';
import { from } from '@automerge/automerge';
import { RawPeer } from '../support/raw-peer.ts';
import { emptySync, newDocumentId } from '../support/sync-document.ts';
import { World } from '../support/world.ts';

// Threat: an app of one namespace knows the id of a document of another, and asks for it, writes to it or listens to it.
// Proves the row "an app of one namespace that knows an id of another" of SECURITY.md.

const library = 'xyz.groundmist.library';
const notebook = 'xyz.groundmist.notebook';
const namespaces = [library, notebook, 'xyz.groundmist', 'xyz.groundmist.library.shelf'];

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

async function join(namespace: string, peerId?: string): Promise<RawPeer> {
  return RawPeer.join(await world.admit(namespace), peerId);
}

test('a document of one namespace is in no other, not even by its id', async () => {
  const author = await world.client('2.5.6', library);
  const document = author.create({ secret: 'of the library' });
  const witness = await world.client('2.5.6', library);
  await witness.find(document.url);
  const documentId = document.url.slice('automerge:'.length);
  for (const namespace of namespaces.filter((one) => one !== library)) {
    const stranger = await join(namespace);
    stranger.send({ type: 'request', senderId: stranger.peerId, documentId, data: emptySync });
    const answer = await stranger.next((frame) => frame['documentId'] === documentId);
    expect(answer['type']).toBe('doc-unavailable');
    stranger.close();
  }
});

test('documents of one id are as many as there are namespaces, also after a restart', async () => {
  const documentId = newDocumentId();
  for (const namespace of namespaces) {
    const peer = await join(namespace);
    await peer.upload(documentId, from({ where: namespace }));
    peer.close();
  }
  const readAll = async () => {
    const found: unknown[] = [];
    for (const namespace of namespaces) {
      const reader = await world.client('2.5.6', namespace);
      found.push((await reader.find(`automerge:${documentId}`)).content()['where']);
    }
    return found;
  };
  expect(await readAll()).toEqual(namespaces);
  await world.stopServer();
  await world.startServer();
  expect(await readAll()).toEqual(namespaces);
});

test('neither changes nor presence cross, and a peer id of one namespace is free in another', async () => {
  const documentId = newDocumentId();
  const inLibrary = await join(library, 'the-same-name');
  const [inNotebook, neighbour] = [await join(notebook, 'the-same-name'), await join(notebook)];
  await inLibrary.upload(documentId, from({ where: 'library' }));
  await inNotebook.upload(documentId, from({ where: 'notebook' }));
  await neighbour.upload(documentId, from({ where: 'notebook too' }));
  const heard = inLibrary.frames.length;
  inNotebook.send({
    type: 'ephemeral',
    senderId: inNotebook.peerId,
    documentId,
    sessionId: 's',
    count: 1,
    data: new Uint8Array([1]),
  });
  await neighbour.next((frame) => frame['type'] === 'ephemeral');
  // What was sent to the library before its answer to this has arrived there by now.
  await inLibrary.upload(newDocumentId(), from({ asked: 'later' }));
  const about = inLibrary.frames.slice(heard).filter((frame) => frame['documentId'] === documentId);
  expect(about).toEqual([]);
  for (const peer of [inLibrary, inNotebook, neighbour]) peer.close();
});
