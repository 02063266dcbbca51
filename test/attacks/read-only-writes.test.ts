import { describe, expect, test } from 'bun:test';
import * as Automerge from '@automerge/automerge';
import { parseNamespace } from '../../src/core/lexicon/namespace.ts';
import { parseDocumentId, type DocumentId } from '../../src/core/store/document-id.ts';
import type { DocumentFacts } from '../../src/core/store/document-store.ts';
import { craftMessage } from '../support/crafted-sync.ts';
import { eventually } from '../support/eventually.ts';
import { forceChanges, forceWhole } from '../support/forged-sync.ts';
import { changePermission } from '../support/owner.ts';
import { RawPeer } from '../support/raw-peer.ts';
import { generations, type StockDocument } from '../support/stock-client.ts';
import { emptySync, newDocumentId } from '../support/sync-document.ts';
import { World } from '../support/world.ts';

// Threat: a device that the owner approved for reading writes all the same, with the edits of an honest client
// or with messages made by hand.
// Proves the row "a read-only device that writes" of SECURITY.md, and of docs/protocol.md "what it sends is answered
// and never taken in".

const library = parseNamespace('xyz.groundmist.library');

/** But for whether Automerge has looked at it yet. */
async function factsOf(world: World, id: DocumentId): Promise<DocumentFacts | undefined> {
  const hub = await world.groundmist.core.hubs.open(library);
  const facts = await hub.store.facts(id);
  return facts && { ...facts, isChecked: true };
}

describe.each([...generations])('a read-only device with a stock %s client', (generation) => {
  test('receives, and nothing of its own goes further', async () => {
    await using world = await World.start();
    const owner = await world.client('2.5.6');
    const witness = await world.client('1.2.1');
    const guest = await world.client(generation, library, 'read');
    const mine = owner.create({ by: 'the owner' });
    const seen = await witness.find(mine.url);
    const theirs = await guest.find(mine.url);
    expect(theirs.content()).toEqual({ by: 'the owner' });
    const before = await factsOf(world, idOf(mine));

    theirs.change((content) => void (content['vandal'] = true));
    const own = guest.create({ by: 'the guest' });
    const curious = await RawPeer.join(await world.admit(library));
    const { peerId } = curious;
    curious.send({ type: 'request', senderId: peerId, documentId: idOf(own), data: emptySync });

    // Edits of the owner go round while the guest tries; each is a full turn of all three.
    for (let n = 1; n <= 5; n++) {
      mine.change((content) => void (content['n'] = n));
      await eventually('the guest receives', () => theirs.content()['n'] === n);
      await eventually('the witness receives', () => seen.content()['n'] === n);
    }
    expect(mine.content()).toEqual({ by: 'the owner', n: 5 });
    expect(seen.content()).toEqual({ by: 'the owner', n: 5 });
    expect(theirs.content()).toEqual({ by: 'the owner', n: 5, vandal: true });
    expect(curious.frames.filter(({ type }) => type === 'sync')).toEqual([]);
    curious.close();
    expect(await factsOf(world, idOf(own))).toBeUndefined();
    const after = await factsOf(world, idOf(mine));
    expect(after?.heads).toHaveLength(1);
    expect(after?.chunkCount).toBe((before?.chunkCount ?? 0) + 5);
    expect(world.frameCount).toBeLessThan(60);
  });

  test('that may write from now on brings what it wrote as a reader', async () => {
    await using world = await World.start();
    const owner = await world.client('2.5.6');
    const guest = await world.client(generation, library, 'read');
    const mine = owner.create({ by: 'the owner' });
    const theirs = await guest.find(mine.url);
    theirs.change((content) => void (content['later'] = true));
    await changePermission(world, 'read-write');
    await eventually('the owner receives', () => mine.content()['later'] === true);
  });
});

function idOf(document: StockDocument): DocumentId {
  const id = parseDocumentId(document.url);
  if (!id) throw new Error(`${document.url} is no document`);
  return id;
}

/** Two documents of the owner's, and a device that may only read. */
async function startForgery() {
  const world = await World.start();
  const hub = await world.groundmist.core.hubs.open(library);
  const owner = await RawPeer.join(await world.admit(library));
  const guestUrl = await world.admit(library, undefined, 'read');
  const [id, other] = [newDocumentId(), newDocumentId()];
  const doc = Automerge.from<Record<string, unknown>>({ by: 'the owner' });
  for (const one of [id, other]) await owner.upload(one, Automerge.clone(doc));
  /** Sends this as the guest, in each frame that can carry changes, and waits until it was worked through. */
  const forge = async (documentId: DocumentId, data: Uint8Array): Promise<void> => {
    for (const type of ['sync', 'request']) {
      const guest = await RawPeer.join(guestUrl);
      const { peerId: senderId } = guest;
      guest.send({ type, senderId, documentId, data });
      guest.send({ type: 'request', senderId, documentId: other, data: emptySync });
      const isHeard = () => guest.isClosed || guest.frames.some((frame) => frame['documentId'] === other);
      await eventually('the guest is heard', isHeard);
      await hub.rest();
      guest.close();
    }
  };
  return {
    world,
    owner,
    guestUrl,
    id,
    doc,
    forge,
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

describe('a read-only peer that forges its messages', () => {
  test('changes no document that is there', async () => {
    await using forgery = await startForgery();
    const { world, id, doc, forge } = forgery;
    const before = await factsOf(world, id);
    const edited = edit(doc, { vandal: true });
    const changes = Automerge.getChanges(doc, edited);
    for (const forged of [
      forceWhole(edited),
      forceChanges(Automerge.getHeads(edited), changes),
      craftMessage({ chunks: changes }),
      craftMessage({ chunks: [Automerge.save(edited)] }),
    ])
      await forge(id, forged);
    expect(await factsOf(world, id)).toEqual(before);
    const reader = await world.client('2.5.6');
    expect((await reader.find(`automerge:${id}`)).content()).toEqual({ by: 'the owner' });
  });

  test('makes no document, and nobody is told of one', async () => {
    await using forgery = await startForgery();
    const { world, forge, owner } = forgery;
    const id = newDocumentId();
    owner.send({ type: 'request', senderId: owner.peerId, documentId: id, data: emptySync });
    const doc = Automerge.from({ by: 'the guest' });
    for (const forged of [forceWhole(doc), craftMessage({ chunks: [Automerge.save(doc)] })])
      await forge(id, forged);
    expect(await factsOf(world, id)).toBeUndefined();
    const told = owner.frames.filter(({ type, documentId }) => type === 'sync' && documentId === id);
    expect(told).toEqual([]);
  });

  test('leaves nothing in memory that the next honest change would bring in', async () => {
    await using forgery = await startForgery();
    const { world, owner, id, doc, forge } = forgery;
    const honest = edit(doc, { n: 1 });
    const vandal = edit(honest, { vandal: true });
    await forge(id, forceChanges(Automerge.getHeads(vandal), Automerge.getChanges(honest, vandal)));
    const data = forceChanges(Automerge.getHeads(honest), Automerge.getChanges(doc, honest));
    owner.send({ type: 'sync', senderId: owner.peerId, documentId: id, data });
    await eventually('the honest change is stored', async () =>
      Bun.deepEquals((await factsOf(world, id))?.heads, Automerge.getHeads(honest)),
    );
  });

  test('has what it sent last refused, and its socket closed, once it may only read', async () => {
    await using world = await World.start();
    const writer = await RawPeer.join(await world.admit(library));
    const id = newDocumentId();
    const doc = Automerge.from<Record<string, unknown>>({ n: 1 });
    await writer.upload(id, Automerge.clone(doc));
    await changePermission(world, 'read');
    const data = forceWhole(edit(doc, { n: 2 }));
    writer.send({ type: 'sync', senderId: writer.peerId, documentId: id, data });
    expect((await writer.closing()).code).toBe(1008);
    const reader = await world.client('2.5.6');
    expect((await reader.find(`automerge:${id}`)).content()).toEqual({ n: 1 });
  });
});

function edit(doc: Automerge.Doc<Record<string, unknown>>, fields: Record<string, unknown>) {
  return Automerge.change(Automerge.clone(doc), (content) => void Object.assign(content, fields));
}

test('presence of a read-only device is passed on, and stored nowhere', async () => {
  await using forgery = await startForgery();
  const { world, owner, guestUrl, id } = forgery;
  const before = await factsOf(world, id);
  const guest = await RawPeer.join(guestUrl);
  const data = new Uint8Array([1, 2, 3]);
  const about = { senderId: guest.peerId, documentId: id, sessionId: 's', count: 1, data };
  guest.send({ ...about, type: 'ephemeral' });
  expect(await owner.next(({ type }) => type === 'ephemeral')).toMatchObject({ senderId: guest.peerId });
  expect(await factsOf(world, id)).toEqual(before);
});
