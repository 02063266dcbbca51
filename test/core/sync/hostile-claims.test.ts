import { describe, expect, test } from 'bun:test';
import * as Automerge from '@automerge/automerge';
import { changeOn } from '../../support/bad-change.ts';
import { onlyChunk } from '../../support/chunks.ts';
import { craftChunk, craftMessage } from '../../support/crafted-sync.ts';
import { eventually } from '../../support/eventually.ts';
import { withForgedHeads } from '../../support/forged-heads.ts';
import { HubPeer, openHub, sessionOf, type TestHub } from '../../support/hub.ts';
import { bytesOf } from '../../support/sample-documents.ts';
import { emptySync, newDocumentId, SyncDocument } from '../../support/sync-document.ts';

type Doc = Automerge.Doc<Record<string, unknown>>;

function join(world: TestHub, name: string): HubPeer {
  return HubPeer.join(world.hub, sessionOf(name));
}

function headsOf(doc: Doc): readonly Uint8Array[] {
  return Automerge.getHeads(doc).map((head) => Uint8Array.fromHex(head));
}

const doc: Doc = Automerge.from({ kept: true, text: 'what was acknowledged' });
const strangeHead = Uint8Array.from({ length: 32 }, () => 7);

/** Its heads are correct, as its checksum is; its content is not. */
function spoiltDocument(): Uint8Array {
  const body = onlyChunk(Automerge.save(doc)).body.slice();
  const at = Buffer.from(body).indexOf('acknowledged');
  body[at] = 'A'.charCodeAt(0);
  return craftChunk(0, body);
}

describe('a document whose heads are forged', () => {
  const chunk = (): Uint8Array => withForgedHeads(Automerge.save(doc), [strangeHead]);

  test('is set aside, its sender closed with a reason, and who waits for it is told that it is not here', async () => {
    await using world = await openHub();
    const [offender, id] = [join(world, 'offender'), newDocumentId()];
    offender.sync(id, craftMessage({ heads: [strangeHead], chunks: [chunk()] }));
    const reader = join(world, 'reader');
    reader.sync(id, emptySync, 'request');
    await eventually('the sender is closed', () => offender.closed);
    expect(offender.closed?.code).toBe(1002);
    expect(offender.closed?.reason).toContain('Automerge cannot open the document it sent');
    await world.hub.rest();
    world.clock.advance(60_000);
    await eventually('the reader is told', () =>
      reader.about(id).some(({ type }) => type === 'doc-unavailable'),
    );
    expect(await world.store.facts(id)).toBeUndefined();
    expect((await world.store.setAsideChunks({ limit: 5 })).map(({ documentId }) => documentId)).toEqual([
      id,
    ]);
  });

  test('is set aside also where its sender has left before', async () => {
    await using world = await openHub();
    const [offender, id] = [join(world, 'offender'), newDocumentId()];
    offender.sync(id, craftMessage({ heads: [strangeHead], chunks: [chunk()] }));
    offender.connection.close(1006, 'gone');
    const honest = new SyncDocument(join(world, 'honest'), id);
    honest.doc = Automerge.clone(doc);
    await honest.upload();
    expect((await world.store.facts(id))?.heads).toEqual(Automerge.getHeads(doc));
  });

  test('costs the honest one who claims the same id at once nothing', async () => {
    await using world = await openHub();
    const [offender, id] = [join(world, 'offender'), newDocumentId()];
    const honest = new SyncDocument(join(world, 'honest'), id);
    honest.doc = Automerge.clone(doc);
    offender.sync(id, craftMessage({ heads: [strangeHead], chunks: [chunk()] }));
    offender.sync(id, craftMessage({ heads: [strangeHead], chunks: [chunk()] }));
    await honest.upload();
    await world.hub.rest();
    expect((await world.store.facts(id))?.heads).toEqual(Automerge.getHeads(doc));
    expect(offender.closed?.code).toBe(1002);
    const reader = new SyncDocument(join(world, 'reader'), id);
    await reader.until(({ kept }) => kept === true);
  });

  test('beside one that is known already closes its sender, and changes nothing', async () => {
    await using world = await openHub();
    const watcher = new SyncDocument(join(world, 'watcher'));
    watcher.doc = Automerge.clone(doc);
    await watcher.upload();
    const offender = join(world, 'offender');
    offender.sync(watcher.id, craftMessage({ heads: [strangeHead], chunks: [chunk()] }));
    await eventually('the sender is closed', () => offender.closed);
    expect(offender.closed?.code).toBe(1002);
    expect((await world.store.facts(watcher.id))?.heads).toEqual(Automerge.getHeads(doc));
    watcher.change((content) => void (content['more'] = 1));
    await watcher.upload();
  });

  test('and an edit of it before it is opened: neither is served', async () => {
    await using world = await openHub();
    const [offender, id] = [join(world, 'offender'), newDocumentId()];
    offender.sync(id, craftMessage({ heads: [strangeHead], chunks: [chunk()] }));
    offender.sync(
      id,
      craftMessage({ heads: [strangeHead], chunks: [changeOn(doc, (content) => void (content['b'] = 1))] }),
    );
    await eventually('the sender is closed', () => offender.closed);
    await world.hub.rest();
    expect(await world.store.facts(id)).toBeUndefined();
  });
});

test('a spoilt document with the heads of a true one does not take its place', async () => {
  await using world = await openHub();
  const [offender, id] = [join(world, 'offender'), newDocumentId()];
  const honest = new SyncDocument(join(world, 'honest'), id);
  honest.doc = Automerge.clone(doc);
  offender.sync(id, craftMessage({ heads: headsOf(doc), chunks: [spoiltDocument()] }));
  await honest.upload();
  expect(offender.closed?.code).toBe(1002);
  const stored = Automerge.load<Record<string, unknown>>(Buffer.concat(bytesOf(await world.store.load(id))));
  expect(stored['text']).toBe('what was acknowledged');
});

test('an edit of a document that is not opened yet is taken in with it', async () => {
  await using world = await openHub();
  const [peer, id] = [join(world, 'honest'), newDocumentId()];
  const edit = changeOn(doc, (content) => void (content['b'] = 1));
  peer.sync(id, craftMessage({ heads: headsOf(doc), chunks: [Automerge.save(doc)] }));
  peer.sync(id, craftMessage({ heads: headsOf(doc), chunks: [edit] }));
  await eventually('both are stored', async () => (await world.store.facts(id))?.chunkCount === 2);
  const reader = new SyncDocument(join(world, 'reader'), id);
  await reader.until((content) => content['kept'] === true && content['b'] === 1);
});

test('two who claim one id with different documents both get theirs in', async () => {
  await using world = await openHub();
  const id = newDocumentId();
  const one = new SyncDocument(join(world, 'one'), id, { one: 1 });
  const other = new SyncDocument(join(world, 'other'), id, { other: 1 });
  one.speak();
  other.speak();
  await Promise.all([one.upload(), other.upload()]);
  const reader = new SyncDocument(join(world, 'reader'), id);
  await reader.until((content) => content['one'] === 1 && content['other'] === 1);
  const stored = Automerge.load(Buffer.concat(bytesOf(await world.store.load(id))));
  expect(Automerge.getHeads(stored)).toHaveLength(2);
});

describe('one author with two changes of the same number', () => {
  const [first, second] = ['one', 'two'].map((key) =>
    changeOn(doc, (content) => void (content[key] = 1), 'abcd'),
  );

  test('as changes: the second is refused, and its sender closed', async () => {
    await using world = await openHub();
    const watcher = new SyncDocument(join(world, 'watcher'));
    watcher.doc = Automerge.clone(doc);
    await watcher.upload();
    const offender = join(world, 'offender');
    offender.sync(watcher.id, craftMessage({ heads: headsOf(doc), chunks: [first ?? strangeHead] }));
    offender.sync(watcher.id, craftMessage({ heads: headsOf(doc), chunks: [second ?? strangeHead] }));
    await eventually('the sender is closed', () => offender.closed);
    expect(offender.closed?.reason).toContain('another change of that number');
    await watcher.until((content) => content['one'] === 1);
    expect(watcher.content['two']).toBeUndefined();
  });

  test('inside two documents: the second is refused, and its sender closed', async () => {
    await using world = await openHub();
    const whole = (change: Uint8Array | undefined): Doc =>
      Automerge.applyChanges(Automerge.clone(doc), change ? [change] : [])[0];
    const watcher = new SyncDocument(join(world, 'watcher'));
    watcher.doc = whole(first);
    await watcher.upload();
    const offender = join(world, 'offender');
    const other = whole(second);
    offender.sync(watcher.id, craftMessage({ heads: headsOf(other), chunks: [Automerge.save(other)] }));
    await eventually('the sender is closed', () => offender.closed);
    expect(offender.closed?.reason).toContain('another change of that number');
    expect((await world.store.facts(watcher.id))?.heads).toEqual(Automerge.getHeads(watcher.doc));
    watcher.change((content) => void (content['more'] = 1));
    await watcher.upload();
  });
});
