import { expect, test } from 'bun:test';
import { from } from '@automerge/automerge';
import { encode } from '@automerge/automerge-repo/helpers/cbor.js';
import { TestApp } from '../support/app.ts';
import { TestClock } from '../support/clock.ts';
import { answerApproval, waitingApprovals, untilWaiting } from '../support/owner.ts';
import { RawPeer } from '../support/raw-peer.ts';
import { emptySync, newDocumentId } from '../support/sync-document.ts';
import { World } from '../support/world.ts';

// Threat: an app that the owner let into one namespace, a notebook, helps itself to the documents of another.
// Proves the row "an approved app that wants another namespace" of SECURITY.md, and of docs/protocol.md
// "an approved one that asks for another namespace, waits" and "all in the one namespace it was issued for".

const library = 'xyz.groundmist.library';
const notebook = 'xyz.groundmist.notebook';

/** A notebook that the owner approved, and a document in the library. */
async function startNotebook() {
  const clock = new TestClock();
  const world = await World.start({ clock });
  const [documentId, librarian] = [newDocumentId(), await RawPeer.join(await world.admit(library))];
  await librarian.upload(documentId, from({ secret: 'of the library' }));
  librarian.close();
  const app = await TestApp.create(world.owner);
  const url = await world.admit(notebook, app);
  return { world, clock, app, url, documentId, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

/** What this URL gives who asks for the document, by whatever words. */
async function askFor(url: string, documentId: string, extra: object = {}): Promise<unknown> {
  const peer = await RawPeer.connect(url);
  peer.send({ type: 'join', senderId: peer.peerId, ...extra });
  await peer.next((frame) => frame['type'] === 'peer');
  peer.send({ type: 'request', senderId: peer.peerId, documentId, data: emptySync, ...extra });
  const answer = await peer.next((frame) => frame['documentId'] === documentId);
  peer.close();
  return answer['type'];
}

test('a notebook that asks for the library waits again, and the owner reads what it wants', async () => {
  await using started = await startNotebook();
  const { world, app, clock } = started;
  const asked = app.authenticate(world.url, { namespace: library });
  const id = await untilWaiting(world);
  expect(await waitingApprovals(world)).toMatchObject([{ id, namespace: library }]);
  clock.advance(50_000);
  expect(await asked).toMatchObject({ status: 403, body: { error: 'ApprovalRequired', approvalId: id } });
  await answerApproval(world, 'deny', id);
  const denied = await app.authenticate(world.url, { namespace: library });
  expect(denied).toMatchObject({ status: 403, body: { error: 'NotPermitted' } });
  const { status } = await app.authenticate(world.url, { namespace: notebook });
  expect(status).toBe(200);
});

test.each(['xyz.groundmist', 'xyz.groundmist.notebook.essay', 'xyz.groundmist.notebooks'])(
  'what it was allowed is not stretched to %s',
  async (namespace) => {
    await using started = await startNotebook();
    const { world, app, clock } = started;
    const asked = app.authenticate(world.url, { namespace });
    await untilWaiting(world);
    clock.advance(50_000);
    expect((await asked).status).toBe(403);
  },
);

test('its token opens no document of the library, before and after the owner lets it in there, too', async () => {
  await using started = await startNotebook();
  const { world, app, url, documentId } = started;
  expect(await askFor(url, documentId)).toBe('doc-unavailable');
  const inLibrary = await world.admit(library, app);
  expect(await askFor(inLibrary, documentId)).toBe('sync');
  expect(await askFor(url, documentId)).toBe('doc-unavailable');
});

test('the session says which namespace it is: nothing in a URL or a frame does', async () => {
  await using started = await startNotebook();
  const { url, documentId } = started;
  for (const name of ['namespace', 'lexiconAuthorityDomain', 'lexicon', 'repo']) {
    expect(await askFor(`${url}&${name}=${library}`, documentId)).toBe('doc-unavailable');
    expect(await askFor(url, documentId, { [name]: library, targetId: library })).toBe('doc-unavailable');
  }
  const metadata = { peerMetadata: { storageId: library, namespace: library } };
  expect(await askFor(url, documentId, metadata)).toBe('doc-unavailable');
  for (const path of [`/${library}`, '/xyz/groundmist/library', '/sync']) {
    const answer = await RawPeer.connect(url.replace('/?', `${path}?`));
    expect(answer.isClosed).toBe(true);
  }
});

test('its write of that document stays in the notebook', async () => {
  await using started = await startNotebook();
  const { world, url, documentId } = started;
  const peer = await RawPeer.join(url);
  await peer.upload(documentId, from({ forged: true }));
  peer.sendBytes(encode({ type: 'leave', senderId: peer.peerId }));
  const reader = await world.client('2.5.6', library);
  const found = await reader.find(`automerge:${documentId}`);
  expect(found.content()).toEqual({ secret: 'of the library' });
});
