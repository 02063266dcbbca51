import { Database } from 'bun:sqlite';
import { describe, expect, test } from 'bun:test';
import * as Automerge from '@automerge/automerge';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../support/folder.ts';
import { HubPeer, openHub, sessionOf, type TestHub } from '../../support/hub.ts';
import { SyncDocument } from '../../support/sync-document.ts';
import { controlMigrations } from '../../../src/core/control-migrations.ts';
import { openControlDatabase } from '../../../src/core/store/control-database.ts';
import { allDamage, repairAll } from './repaired.ts';

const anHourMs = 3_600_000;
const limits = { chunksBeforeCompaction: 4 };
const databaseFile = 'xyz/groundmist/library/documents.sqlite';

/** What a device has of a document of one whole chunk and three changes, of which one is damaged in the store and was set aside since. */
async function repairedDocument(directory: string, place: number): Promise<SyncDocument> {
  await using world = await openHub({ dataDirectory: directory });
  const owner = new SyncDocument(HubPeer.join(world.hub, sessionOf('owner')), undefined, { n: 0 });
  await owner.upload();
  for (const key of [1, 2, 3]) {
    owner.change((content) => void (content[`k${key}`] = key));
    await owner.upload();
  }
  await world[Symbol.asyncDispose]();
  // As a server makes it, which a hub alone is not.
  openControlDatabase(directory, controlMigrations).close(true);
  const spoiled = spoilChunk(join(directory, databaseFile), place);
  expect(await allDamage(directory)).toHaveLength(1);
  await repairAll(directory);
  expect(await allDamage(directory)).toEqual([]);
  expect(quarantined(join(directory, databaseFile))).toEqual([spoiled]);
  // A hub alone takes no lock, so it takes away no sums.
  rmSync(join(directory, '.groundmist/sums'));
  return owner;
}

function spoilChunk(path: string, place: number): Uint8Array {
  using database = new Database(path);
  const chunk = database
    .query<{ id: number; bytes: Uint8Array }, []>('SELECT id, bytes FROM chunk ORDER BY id')
    .all()[place];
  if (!chunk) throw new Error(`there should be a chunk ${place}`);
  chunk.bytes[20] = (chunk.bytes[20] ?? 0) ^ 1;
  database.run('UPDATE chunk SET bytes = ? WHERE id = ?', [chunk.bytes, chunk.id]);
  return chunk.bytes;
}

function quarantined(path: string): readonly Uint8Array[] {
  using database = new Database(path, { readonly: true });
  const rows = database.query<{ bytes: Uint8Array }, []>('SELECT bytes FROM quarantine').all();
  return rows.map(({ bytes }) => bytes);
}

function device(
  world: TestHub,
  name: string,
  owner: SyncDocument,
  doc = Automerge.init<Record<string, unknown>>(),
) {
  const document = new SyncDocument(HubPeer.join(world.hub, sessionOf(name)), owner.id);
  document.doc = doc;
  return document;
}

async function expectWhole(world: TestHub, owner: SyncDocument, name: string): Promise<void> {
  const reader = device(world, name, owner);
  await reader.until((content) => 'k4' in content && 'k3' in content);
  expect(reader.content).toEqual({ n: 0, k1: 1, k2: 2, k3: 3, k4: 4 });
  expect((await world.store.facts(owner.id))?.heads).toEqual(Automerge.getHeads(owner.doc));
}

describe.each([
  ['the whole chunk that all builds on', 0],
  ['a change that others build on', 1],
  ['the last change', 3],
])('a document that lost %s to a repair', (_, place) => {
  test('comes back from a device that has it, and is judged and compacted as any other', async () => {
    using directory = temporaryFolder();
    const owner = await repairedDocument(directory.path, place);
    await using world = await openHub({ dataDirectory: directory.path, limits });
    const device_ = device(world, 'owner', owner, owner.doc);
    device_.change((content) => void (content['k4'] = 4));
    await device_.upload();
    await expectWhole(world, device_, 'reader');
    for (let more = 0; more < 12; more += 1) {
      device_.change((content) => void (content['k4'] = 4));
      await device_.upload();
    }
    world.clock.advance(anHourMs);
    await world.hub.rest();
    expect((await world.store.facts(owner.id))?.isChecked).toBe(true);
    expect((await world.store.load(owner.id))?.chunks.length).toBeLessThan(12);
    await world[Symbol.asyncDispose]();
    expect(await allDamage(directory.path)).toEqual([]);
  });
});
