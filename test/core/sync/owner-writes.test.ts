import * as Automerge from '@automerge/automerge';
import { expect, test } from 'bun:test';
import { Failure } from '../../../src/core/failure.ts';
import { HubPeer, openHub, sessionOf, type AnyHub } from '../../support/hub.ts';
import { failureOf } from '../../support/rejection.ts';
import { newDocumentId, SyncDocument } from '../../support/sync-document.ts';
import { wrapStore } from '../../support/wrapped-store.ts';

async function device(world: AnyHub, name: string, known?: SyncDocument): Promise<SyncDocument> {
  const document = new SyncDocument(
    HubPeer.join(world.hub, sessionOf(name)),
    known?.id,
    known ? undefined : { n: 0 },
  );
  if (known) await document.until((content) => 'n' in content);
  else await document.upload();
  return document;
}

/** A change to what the device has, as the command line makes one. */
function changeTo({ doc }: SyncDocument, key: string, value: unknown): Uint8Array {
  const other = Automerge.clone(doc);
  return Automerge.getLastLocalChange(
    Automerge.change(other, (content) => void (content[key] = value)),
  ) as Uint8Array;
}

/** As the command line does it, on what is stored now. */
async function write({ hub }: AnyHub, { id }: SyncDocument, change: Uint8Array): Promise<boolean> {
  return hub.write(id, change, (await hub.store.facts(id))?.heads ?? []);
}

test('a change of the owner is on disk when it is answered, and every device gets it', async () => {
  await using world = await openHub();
  const one = await device(world, 'one');
  const other = await device(world, 'other', one);
  await write(world, one, changeTo(one, 'n', 7));
  const stored = await world.store.load(one.id);
  expect(stored?.chunks).toHaveLength(2);
  await one.until((content) => content['n'] === 7);
  await other.until((content) => content['n'] === 7);
});

test('it merges with what a device has made meanwhile and not sent yet', async () => {
  await using world = await openHub();
  const one = await device(world, 'one');
  const change = changeTo(one, 'owner', true);
  one.change((content) => void (content['device'] = true));
  await write(world, one, change);
  await one.until((content) => content['owner'] === true);
  await one.upload();
  const late = await device(world, 'late', one);
  expect(late.content).toEqual({ n: 0, owner: true, device: true });
});

test('the same change once more is no news', async () => {
  await using world = await openHub();
  const one = await device(world, 'one');
  const change = changeTo(one, 'n', 7);
  await write(world, one, change);
  await write(world, one, change);
  expect((await world.store.load(one.id))?.chunks).toHaveLength(2);
});

test('a document that nobody follows takes it, and leaves memory again', async () => {
  await using world = await openHub();
  const peer = HubPeer.join(world.hub, sessionOf('gone'));
  const one = new SyncDocument(peer, undefined, { n: 0 });
  await one.upload();
  peer.connection.close(1000, '');
  await world.hub.rest();
  await write(world, one, changeTo(one, 'n', 7));
  await world.hub.rest();
  expect(world.hub.counts.documents).toBe(0);
  await (await device(world, 'new', one)).until((content) => content['n'] === 7);
});

test('a change that was made on other heads is not taken', async () => {
  await using world = await openHub();
  const one = await device(world, 'one');
  const before = Automerge.getHeads(one.doc);
  const change = changeTo(one, 'n', 7);
  one.change((content) => void (content['m'] = 1));
  await one.upload();
  expect(await world.hub.write(one.id, change, before)).toBe(false);
  expect((await world.store.load(one.id))?.chunks).toHaveLength(2);
});

test('a document that is not here is NotFound', async () => {
  await using world = await openHub();
  const one = await device(world, 'one');
  const failure = await failureOf(world.hub.write(newDocumentId(), changeTo(one, 'n', 7), []));
  expect(failure).toMatchObject({ code: 'NotFound' });
});

test('a change that builds on what is not here is refused', async () => {
  await using world = await openHub();
  const one = await device(world, 'one');
  one.change((content) => void (content['unsent'] = true));
  const failure = await failureOf(write(world, one, changeTo(one, 'n', 7)));
  expect(failure).toMatchObject({ code: 'InvalidRequest' });
  expect((await world.store.load(one.id))?.chunks).toHaveLength(1);
});

test('bytes that are no change are refused', async () => {
  await using world = await openHub();
  const one = await device(world, 'one');
  const failure = await failureOf(write(world, one, new Uint8Array([1, 2, 3])));
  expect(failure).toMatchObject({ code: 'ProtocolViolation' });
});

test('a policy that refuses the owner is asked', async () => {
  await using world = await openHub({ policies: [() => ({ kind: 'refused', reason: 'sealed' })] });
  const failure = await failureOf(world.hub.write(newDocumentId(), new Uint8Array(), []));
  expect(failure).toMatchObject({ code: 'NotPermitted', message: 'sealed' });
});

test('what the disk does not take is told, and comes another time', async () => {
  let isFull = false;
  await using world = await openHub({
    wrap: (store) =>
      wrapStore(store, {
        append: (id, addition) =>
          isFull ? Promise.reject(new Failure('StoreReadOnly', 'no room')) : store.append(id, addition),
      }),
  });
  const one = await device(world, 'one');
  const change = changeTo(one, 'n', 7);
  isFull = true;
  expect(await failureOf(write(world, one, change))).toMatchObject({ code: 'StoreReadOnly' });
  isFull = false;
  await write(world, one, change);
  await one.until((content) => content['n'] === 7);
});
