import { expect, test } from 'bun:test';
import { parseNamespace } from '../../src/core/lexicon/namespace.ts';
import { parseDocumentId, type DocumentId } from '../../src/core/store/document-id.ts';
import type { DocumentFacts } from '../../src/core/store/document-store.ts';
import { eventually } from '../support/eventually.ts';
import { RawPeer } from '../support/raw-peer.ts';
import { generations, type StockDocument } from '../support/stock-client.ts';
import { emptySync } from '../support/sync-document.ts';
import { World } from '../support/world.ts';

const library = parseNamespace('xyz.groundmist.library');

function idOf(document: StockDocument): DocumentId {
  const id = parseDocumentId(document.url);
  if (!id) throw new Error(`${document.url} is no document`);
  return id;
}

async function factsOf(world: World, document: StockDocument): Promise<DocumentFacts | undefined> {
  const hub = await world.groundmist.core.hubs.open(library);
  return hub.store.facts(idOf(document));
}

test.each([...generations])(
  'a read-only device with a stock %s client receives, and nothing of its own goes further',
  async (generation) => {
    await using world = await World.start();
    const owner = await world.client('2.5.6');
    const witness = await world.client('1.2.1');
    const guest = await world.client(generation, library, 'read');
    const mine = owner.create({ by: 'the owner' });
    const seen = await witness.find(mine.url);
    const theirs = await guest.find(mine.url);
    expect(theirs.content()).toEqual({ by: 'the owner' });
    const before = await factsOf(world, mine);

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
    expect(await factsOf(world, own)).toBeUndefined();
    const after = await factsOf(world, mine);
    expect(after?.heads).toHaveLength(1);
    expect(after?.chunkCount).toBe((before?.chunkCount ?? 0) + 5);
    expect(world.frameCount).toBeLessThan(60);
  },
  20_000,
);

test.each([...generations])(
  'a stock %s client whose device may write from now on brings what it wrote as a reader',
  async (generation) => {
    await using world = await World.start();
    const owner = await world.client('2.5.6');
    const guest = await world.client(generation, library, 'read');
    const mine = owner.create({ by: 'the owner' });
    const theirs = await guest.find(mine.url);
    theirs.change((content) => void (content['later'] = true));
    const { access } = world.groundmist.core;
    const [approval] = access
      .list()
      .apps.flatMap((app) => app.devices)
      .flatMap((device) => device.access)
      .filter(({ permission }) => permission === 'read');
    access.approve(approval?.approvalId ?? '', { permission: 'read-write' });
    await eventually('the owner receives', () => mine.content()['later'] === true);
  },
  20_000,
);
