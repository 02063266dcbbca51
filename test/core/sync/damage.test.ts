import { Database } from 'bun:sqlite';
import { describe, expect, test } from 'bun:test';
import * as Automerge from '@automerge/automerge';
import { join } from 'node:path';
import type { DocumentId } from '../../../src/core/store/document-id.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { HubPeer, openHub, sessionOf, type TestHub } from '../../support/hub.ts';
import { SyncDocument } from '../../support/sync-document.ts';

const anHourMs = 3_600_000;
const everything = { n: 0, k1: 1, k2: 2, k3: 3 };

/** What a device has of a document whose first change, of three, has one flipped bit in the store since. */
async function damagedDocument(directory: string): Promise<SyncDocument> {
  await using world = await openHub({ dataDirectory: directory });
  const owner = new SyncDocument(HubPeer.join(world.hub, sessionOf('owner')), undefined, { n: 0 });
  await owner.upload();
  for (const place of [1, 2, 3]) {
    owner.change((content) => void (content[`k${place}`] = place));
    await owner.upload();
  }
  await world[Symbol.asyncDispose]();
  using database = new Database(join(directory, 'xyz/groundmist/library/documents.sqlite'));
  const [, first] = database
    .query<{ id: number; bytes: Uint8Array }, []>('SELECT * FROM chunk ORDER BY id')
    .all();
  if (!first) throw new Error('there should be a first change');
  first.bytes[20] = (first.bytes[20] ?? 0) ^ 1;
  database.run('UPDATE chunk SET bytes = ? WHERE id = ?', [first.bytes, first.id]);
  return owner;
}

function device(
  world: TestHub,
  name: string,
  id: DocumentId,
  doc = Automerge.init<Record<string, unknown>>(),
) {
  const peer = HubPeer.join(world.hub, sessionOf(name));
  const document = new SyncDocument(peer, id);
  document.doc = doc;
  return { peer, document };
}

async function expectWhole(world: TestHub, { id, doc }: SyncDocument, name: string): Promise<void> {
  const reader = device(world, name, id).document;
  await reader.until((content) => 'k3' in content);
  expect(reader.content).toMatchObject(everything);
  expect((await world.store.facts(id))?.heads).toEqual(Automerge.getHeads(doc));
}

describe('a document of which one change is damaged that others build on', () => {
  test('is served as far as it can be read', async () => {
    using directory = temporaryFolder();
    const { id } = await damagedDocument(directory.path);
    await using world = await openHub({ dataDirectory: directory.path });
    for (const name of ['one', 'two']) {
      const { document, peer } = device(world, name, id);
      await document.until((content) => 'n' in content);
      expect(document.content).toEqual({ n: 0 });
      expect(peer.about(id).map(({ type }) => type)).not.toContain('doc-unavailable');
    }
    world.clock.advance(anHourMs);
    await world.hub.rest();
    expect(await world.store.setAsideChunks({ limit: 9 })).toEqual([]);
    expect((await world.store.load(id))?.chunks).toHaveLength(3);
  });

  test('is healed by a device that has it and goes on, and stays so', async () => {
    using directory = temporaryFolder();
    const { id, doc } = await damagedDocument(directory.path);
    await using world = await openHub({ dataDirectory: directory.path });
    const { document: owner, peer } = device(world, 'owner', id, doc);
    owner.change((content) => void (content['k4'] = 4));
    await owner.upload();
    expect(peer.closed).toBeUndefined();
    await expectWhole(world, owner, 'reader');
    world.clock.advance(anHourMs);
    await world.hub.rest();
    expect((await world.store.facts(id))?.isChecked).toBe(true);
    expect(await world.store.setAsideChunks({ limit: 9 })).toEqual([]);
    await world[Symbol.asyncDispose]();
    await using again = await openHub({ dataDirectory: directory.path });
    await expectWhole(again, owner, 'later');
  });

  test('is healed by a device that has it and says nothing new, once somebody reads it', async () => {
    using directory = temporaryFolder();
    const { id, doc } = await damagedDocument(directory.path);
    await using world = await openHub({ dataDirectory: directory.path });
    const { document: owner } = device(world, 'owner', id, doc);
    owner.speak();
    await world.hub.rest();
    const { document: reader } = device(world, 'reader', id);
    await reader.until((content) => {
      owner.hear();
      owner.speak();
      return 'k3' in content;
    });
    await expectWhole(world, owner, 'later');
    expect((await world.store.load(id))?.chunks).toHaveLength(4);
  });

  test('is healed by a device that has only what is lost, and not what builds on it', async () => {
    using directory = temporaryFolder();
    const { id, doc } = await damagedDocument(directory.path);
    await using world = await openHub({ dataDirectory: directory.path });
    const some = Automerge.getAllChanges(doc).slice(0, 2);
    const [behind] = Automerge.applyChanges(Automerge.init<Record<string, unknown>>(), some);
    const { document } = device(world, 'behind', id, behind);
    await document.until((content) => 'k3' in content);
    expect(document.content).toEqual(everything);
    await expectWhole(world, document, 'reader');
  });
});
