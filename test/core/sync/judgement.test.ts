import { describe, expect, test } from 'bun:test';
import * as Automerge from '@automerge/automerge';
import { Failure } from '../../../src/core/failure.ts';
import type { Fence } from '../../../src/core/fence/fence.ts';
import { badChange, changeOn, poisonousChange } from '../../support/bad-change.ts';
import { craftMessage } from '../../support/crafted-sync.ts';
import { eventually } from '../../support/eventually.ts';
import { openFence, sharedFence } from '../../support/fence.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { HubPeer, openHub, sessionOf, type TestHub } from '../../support/hub.ts';
import { bytesOf } from '../../support/sample-documents.ts';
import { SyncDocument } from '../../support/sync-document.ts';

const anHourMs = 3_600_000;
/** What changes refer to is not known here, as in a document with more operations than there is room for. */
const unindexed = { limits: { operationRuns: 0 } };

/** A document from an honest peer, who stays, and whose claim was opened. */
async function honestDocument(
  world: TestHub,
): Promise<{ readonly honest: SyncDocument; readonly peer: HubPeer }> {
  const peer = HubPeer.join(world.hub, sessionOf('honest'));
  const honest = new SyncDocument(peer, undefined, { list: [1, 2], kept: true });
  await honest.upload();
  await judged(world);
  return { honest, peer };
}

/** Lets Automerge judge all that has come. */
async function judged(world: TestHub): Promise<void> {
  await world.hub.rest();
  world.clock.advance(anHourMs);
  await world.hub.rest();
}

function send(peer: HubPeer, { id, doc }: SyncDocument, chunks: readonly Uint8Array[]): void {
  const heads = Automerge.getHeads(doc).map((head) => Uint8Array.fromHex(head));
  peer.sync(id, craftMessage({ heads, chunks }));
}

describe('a change that only Automerge sees to be bad', () => {
  test('is set aside, and what was acknowledged before is still served', async () => {
    await using world = await openHub(unindexed);
    const { honest } = await honestDocument(world);
    const bad = badChange(honest.doc);
    send(HubPeer.join(world.hub, sessionOf('offender')), honest, [bad]);
    await judged(world);
    const [aside, ...others] = await world.store.setAsideChunks({ limit: 10 });
    expect(others).toEqual([]);
    expect(aside?.documentId).toBe(honest.id);
    expect(await world.store.setAsideBytes(aside?.place ?? -1)).toEqual(bad);
    const reader = new SyncDocument(HubPeer.join(world.hub, sessionOf('reader')), honest.id);
    await reader.until(({ kept }) => kept === true);
    expect(Automerge.getHeads(reader.doc)).toEqual(Automerge.getHeads(honest.doc));
  });

  test('closes who sent it, with a reason, and nobody else', async () => {
    await using world = await openHub(unindexed);
    const { honest, peer } = await honestDocument(world);
    const offender = HubPeer.join(world.hub, sessionOf('offender'));
    send(offender, honest, [badChange(honest.doc)]);
    await judged(world);
    expect(offender.closed?.code).toBe(1002);
    expect(offender.closed?.reason).toContain('Automerge refuses a change it sent');
    expect(peer.closed).toBeUndefined();
  });

  test('costs nobody the changes beside it, whoever sent them first', async () => {
    await using world = await openHub(unindexed);
    const { honest, peer } = await honestDocument(world);
    const offender = HubPeer.join(world.hub, sessionOf('offender'));
    const bad = badChange(honest.doc, 'bad0');
    honest.change((content) => void (content['mine'] = 1));
    honest.speak();
    send(offender, honest, [bad]);
    await judged(world);
    expect((await world.store.facts(honest.id))?.heads).toEqual(Automerge.getHeads(honest.doc));
    expect(peer.closed).toBeUndefined();
    expect(offender.closed?.code).toBe(1002);
  });

  test('takes what was built on it along, and closes nobody for that', async () => {
    await using world = await openHub(unindexed);
    const { honest } = await honestDocument(world);
    const [bad, before] = [badChange(honest.doc, 'bad0'), Automerge.getHeads(honest.doc)];
    const offender = HubPeer.join(world.hub, sessionOf('offender'));
    send(offender, honest, [bad]);
    await world.hub.rest();
    const follower = HubPeer.join(world.hub, sessionOf('follower'));
    const following = followUp(honest.doc, bad);
    send(follower, honest, [following]);
    await judged(world);
    expect(await world.store.setAsideChunks({ limit: 10 })).toHaveLength(2);
    expect((await world.store.facts(honest.id))?.heads).toEqual(before);
    expect(offender.closed?.code).toBe(1002);
    expect(follower.closed).toBeUndefined();
  });

  test('that a peer got from here before, and offers again, does not close it, nor keep its own changes out', async () => {
    await using world = await openHub(unindexed);
    const { honest, peer } = await honestDocument(world);
    send(HubPeer.join(world.hub, sessionOf('offender')), honest, [poisonousChange(honest.doc, 'bad0')]);
    await world.hub.rest();
    const mine = changeOn(honest.doc, (content) => void (content['mine'] = 1), '0e57');
    await judged(world);
    const poisoned = poisonousChange(honest.doc, 'bad0');
    for (let n = 0; n < 3; n += 1) {
      send(peer, honest, [poisoned, mine]);
      await judged(world);
    }
    expect(peer.closed).toBeUndefined();
    expect(await world.store.setAsideChunks({ limit: 10 })).toHaveLength(1);
    const stored = Automerge.load<Record<string, unknown>>(
      Buffer.concat(bytesOf(await world.store.load(honest.id))),
    );
    expect(stored['mine']).toBe(1);
  });

  test('is set aside at once where somebody wants the whole document', async () => {
    await using world = await openHub(unindexed);
    const { honest } = await honestDocument(world);
    send(HubPeer.join(world.hub, sessionOf('offender')), honest, [badChange(honest.doc)]);
    await eventually('it is stored', async () => (await world.store.facts(honest.id))?.chunkCount === 2);
    const reader = new SyncDocument(HubPeer.join(world.hub, sessionOf('reader')), honest.id);
    await reader.until(({ kept }) => kept === true);
    expect(await world.store.setAsideChunks({ limit: 10 })).toHaveLength(1);
    const stored = Automerge.load(Buffer.concat(bytesOf(await world.store.load(honest.id))));
    expect(Automerge.getHeads(stored)).toEqual(Automerge.getHeads(honest.doc));
  });
});

test('in a large document nobody waits for a judgement, and it comes all the same', async () => {
  await using world = await openHub({ limits: { ...unindexed.limits, judgedBytes: 50 } });
  const { honest } = await honestDocument(world);
  const offender = HubPeer.join(world.hub, sessionOf('offender'));
  send(offender, honest, [badChange(honest.doc)]);
  await world.hub.rest();
  const { sizeBytes = 0 } = (await world.store.facts(honest.id)) ?? {};
  HubPeer.join(world.hub, sessionOf('reader')).sync(honest.id, craftMessage({}));
  await world.hub.rest();
  for (let turns = Math.ceil(sizeBytes / 50); turns > 0; turns -= 1) {
    expect(await world.store.setAsideChunks({ limit: 5 })).toEqual([]);
    world.clock.advance(30_000);
    await world.hub.rest();
  }
  expect(await world.store.setAsideChunks({ limit: 5 })).toHaveLength(1);
  expect(offender.closed?.code).toBe(1002);
});

describe('where Automerge gives no judgement', () => {
  test('because too many changes are bad, all it has not opened are set aside, and their sender is closed', async () => {
    await using fence = openFence({ limits: { checksPerJudgement: 20 } });
    await using world = await openHub({ ...unindexed, fence });
    const { honest, peer } = await honestDocument(world);
    const offender = HubPeer.join(world.hub, sessionOf('offender'));
    const bad = Array.from({ length: 12 }, (_, n) => badChange(honest.doc, `bad${n.toString(16)}`));
    send(offender, honest, bad);
    await judged(world);
    expect(await world.store.setAsideChunks({ limit: 50 })).toHaveLength(bad.length);
    expect((await world.store.facts(honest.id))?.heads).toEqual(Automerge.getHeads(honest.doc));
    expect(offender.closed?.code).toBe(1002);
    expect(peer.closed).toBeUndefined();
  });

  test.each(['Busy', 'StoreUnavailable'] as const)(
    'because it was not asked (%s), nothing is set aside, and it is asked again',
    async (code) => {
      let isFailing = false;
      const judge: Fence['judge'] = async (...parts) => {
        if (isFailing) throw new Failure(code, 'Not now.');
        return sharedFence().judge(...parts);
      };
      await using world = await openHub({
        ...unindexed,
        fence: { ...sharedFence(), judge },
      });
      const { honest } = await honestDocument(world);
      isFailing = true;
      send(HubPeer.join(world.hub, sessionOf('offender')), honest, [badChange(honest.doc)]);
      await judged(world);
      expect(await world.store.setAsideChunks({ limit: 5 })).toEqual([]);
      isFailing = false;
      await judged(world);
      expect(await world.store.setAsideChunks({ limit: 5 })).toHaveLength(1);
    },
  );
});

describe('a peer that got a bad change from here and comes again after a restart', () => {
  const afterwards = [
    ['with the whole document, which Automerge cannot open', poisonousChange, 'all'],
    ['with the change itself', badChange, 'change'],
  ] as const;

  test.each(afterwards)('is not closed: %s', async (_, craft, what) => {
    using folder = temporaryFolder();
    const ground = { dataDirectory: folder.path };
    const { honest, bad } = await quarantined(ground, craft);
    await using world = await openHub(ground);
    const peer = HubPeer.join(world.hub, sessionOf('honest'));
    const [poisoned] = Automerge.applyChanges(Automerge.clone(honest.doc), what === 'all' ? [bad] : []);
    const chunks = what === 'all' ? [Automerge.save(poisoned)] : [bad];
    for (let n = 0; n < 3; n += 1) {
      send(peer, honest, chunks);
      await judged(world);
    }
    expect(peer.closed).toBeUndefined();
    expect(await world.store.setAsideChunks({ limit: 5 })).toHaveLength(1);
    expect(peer.about(honest.id).length).toBeGreaterThan(0);
    expect((await world.store.facts(honest.id))?.heads).toEqual(Automerge.getHeads(honest.doc));
  });

  test('is closed where nothing of the document was set aside', async () => {
    await using world = await openHub();
    const { honest } = await honestDocument(world);
    const peer = HubPeer.join(world.hub, sessionOf('offender'));
    const bad = poisonousChange(honest.doc, 'bad0');
    const [poisoned] = Automerge.applyChanges(Automerge.clone(honest.doc), [bad]);
    send(peer, honest, [Automerge.save(poisoned)]);
    await judged(world);
    expect(peer.closed?.reason).toContain('Automerge cannot open a document in it');
  });
});

/** A document with a change in quarantine, in a hub that is gone. */
async function quarantined(ground: { readonly dataDirectory: string }, craft: typeof poisonousChange) {
  await using world = await openHub({ ...unindexed, ...ground });
  const { honest } = await honestDocument(world);
  const bad = craft(honest.doc, 'bad0');
  send(HubPeer.join(world.hub, sessionOf('offender')), honest, [bad]);
  await judged(world);
  expect(await world.store.setAsideChunks({ limit: 5 })).toHaveLength(1);
  return { honest, bad };
}

/** A change on top of one that Automerge cannot apply. */
function followUp(doc: Automerge.Doc<Record<string, unknown>>, bad: Uint8Array): Uint8Array {
  const { hash, startOp, ops } = Automerge.decodeChange(bad);
  const good = Automerge.decodeChange(changeOn(doc, (content) => void (content['mine'] = 1), 'f011'));
  const change = { ...good, deps: [hash ?? ''], startOp: startOp + ops.length, hash: null };
  return Automerge.encodeChange(change as unknown as Automerge.DecodedChange);
}
