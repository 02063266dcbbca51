import { afterEach, beforeEach, expect, test } from 'bun:test';
import { Database } from 'bun:sqlite';
import { readFileSync, writeFileSync } from 'node:fs';
import { TestApp } from '../support/app.ts';
import { create, restore } from '../support/backed-up.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/folder.ts';
import { eventually } from '../support/eventually.ts';
import { RawPeer } from '../support/raw-peer.ts';
import { generations } from '../support/stock-client.ts';
import { World } from '../support/world.ts';

const library = 'xyz.groundmist.library';

let world: World;
let folder: TemporaryFolder;
beforeEach(async () => {
  world = await World.start();
  folder = temporaryFolder();
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

async function isLetIn(socketUrl: string): Promise<boolean> {
  const peer = await RawPeer.connect(socketUrl);
  const isIn = !peer.isClosed;
  peer.close();
  return isIn;
}

/** Backs the running server up, runs `meanwhile`, and brings the server back as it was. */
async function thereAndBack(meanwhile: () => Promise<void> = async () => {}) {
  const { path, manifest } = await create(world.dataDirectory, folder.path);
  await meanwhile();
  await world.stopServer();
  const restored = await restore(path, world.dataDirectory, { isForced: true });
  await world.startServer();
  return { manifest, restored };
}

test.each(generations)('stock clients of %s sync with a server that was restored', async (generation) => {
  const writer = await world.client(generation);
  const document = writer.create({ title: 'One' });
  const reader = await world.client(generation);
  await reader.find(document.url);
  await thereAndBack(async () => {
    writer.close();
    reader.close();
  });
  const another = await world.client(generation);
  const found = await another.find(document.url);
  expect(found.content()).toEqual({ title: 'One' });
  found.change((content) => void (content['title'] = 'Two'));
  const third = await world.client(generation);
  const again = await third.find(document.url);
  await eventually('the change comes', () => again.content()['title'] === 'Two');
});

test('sync tokens from before open nothing; the device comes in again without being asked about', async () => {
  const app = await TestApp.create(world.owner);
  const socketUrl = await world.admit(library, app);
  expect(await isLetIn(socketUrl)).toBe(true);
  const { manifest, restored } = await thereAndBack();
  expect(manifest.sessions).toBe(1);
  expect(restored.sessionCount).toBe(1);
  expect(await isLetIn(socketUrl)).toBe(false);
  const { status, body } = await app.authenticate(world.url, { namespace: library });
  expect(status).toBe(200);
  expect(world.groundmist.core.access.list().approvals).toEqual([]);
  expect(await isLetIn(`ws://127.0.0.1:${new URL(world.url).port}/?token=${String(body['token'])}`)).toBe(
    true,
  );
});

test('a backup holds no sync token, not even its hash as a session', async () => {
  await world.admit(library);
  const { path } = await create(world.dataDirectory, folder.path);
  await restore(path, folder.at('restored'));
  using database = new Database(folder.at('restored/.groundmist/control.sqlite'), { readonly: true });
  expect(database.query('SELECT count(*) AS count FROM session').get()).toEqual({ count: 0 });
  expect(database.query('SELECT count(*) AS count FROM device').get()).toEqual({ count: 1 });
});

test('what the owner took back and could not be written yet stays taken back', async () => {
  const app = await TestApp.create(world.owner);
  await world.admit(library, app);
  const [device] = world.groundmist.core.access.list().apps.flatMap(({ devices }) => devices);
  await world.stopServer();
  const withdrawal = { kind: 'device', deviceId: device?.id, at: 1 };
  const kept = `${world.dataDirectory}/.groundmist/withdrawals`;
  const bytes = readFileSync(kept);
  Buffer.from(`${JSON.stringify(withdrawal)}\n`).copy(bytes);
  writeFileSync(kept, bytes);
  const { path } = await create(world.dataDirectory, folder.path);
  await restore(path, world.dataDirectory, { isForced: true });
  await world.startServer();
  expect(world.groundmist.core.access.list().apps).toEqual([]);
});
