import { expect, spyOn, test } from 'bun:test';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { getLogger } from '@logtape/logtape';
import { migrate } from '../../../src/platform/database.ts';
import { approvedPermission } from '../../../src/core/access/access.ts';
import { Stores } from '../../../src/core/store/stores.ts';
import { Hubs } from '../../../src/core/sync/hubs.ts';
import { defaultSyncLimits, type SyncLimits } from '../../../src/core/sync/limits.ts';
import { storageIdentityTables } from '../../../src/core/sync/storage-identity.ts';
import { TestClock } from '../../support/clock.ts';
import { openTestControlDatabase } from '../../support/control-database.ts';
import { HubPeer, sessionOf, testNamespace } from '../../support/hub.ts';
import { rejectionOf } from '../../support/rejection.ts';
import { sharedFence } from '../../support/fence.ts';
import { newDocumentId, SyncDocument } from '../../support/sync-document.ts';
import { temporaryFolder } from '../../support/folder.ts';

/** The hubs of a data directory, and the errors they logged. */
function openHubs(dataDirectory: string, limits: Partial<SyncLimits> = {}) {
  const controlDatabase = openTestControlDatabase();
  migrate(controlDatabase, storageIdentityTables);
  const clock = new TestClock();
  const stores = new Stores({ dataDirectory, clock, fence: sharedFence() });
  const log = getLogger(['groundmist-test', crypto.randomUUID()]);
  const errors = spyOn(log, 'error');
  const hubs = new Hubs({
    sessions: { opened() {}, closed() {} },
    stores,
    fence: sharedFence(),
    controlDatabase,
    policies: [approvedPermission],
    limits: { ...defaultSyncLimits, ...limits },
    clock,
    log,
    hubListeners: [],
  });
  return { hubs, stores, errors, clock };
}

test('a server that stops stores what it works on, and logs no error of it', async () => {
  using directory = temporaryFolder();
  const { hubs, stores, errors } = openHubs(directory.path);
  const hub = await hubs.open(testNamespace);
  const peer = HubPeer.join(hub, sessionOf('writer'));
  const documents = Array.from({ length: 5 }, (_, n) => new SyncDocument(peer, newDocumentId(), { n }));
  for (const document of documents) await document.upload();
  for (const document of documents) {
    document.change((content) => void (content['last'] = true));
    document.speak();
  }
  const store = await stores.open(testNamespace);
  const closing = hubs.close();
  expect(peer.closed?.code).toBe(1001);
  await closing;
  for (const document of documents) {
    document.hear();
    // The socket was closed before the answer: what is stored was never acknowledged, and will be sent again.
    expect(await store.facts(document.id)).toBeDefined();
  }
  await stores.close();
  expect(errors).not.toHaveBeenCalled();
});

test('documents that leave memory because others need the room are counted', async () => {
  using directory = temporaryFolder();
  const { hubs, stores } = openHubs(directory.path, { changesInMemory: 110 });
  const peer = HubPeer.join(await hubs.open(testNamespace), sessionOf('writer'));
  const upload = () => new SyncDocument(peer, newDocumentId(), { n: 1 }).upload();
  await upload();
  expect(hubs.measures.evictions).toBe(0);
  for (let count = 0; count < 5; count++) await upload();
  expect(hubs.measures.evictions).toBeGreaterThan(0);
  await hubs.close();
  await stores.close();
});

test('sockets end one after another, the others served meanwhile; with very many the last ends within three seconds', async () => {
  using directory = temporaryFolder();
  const { hubs, stores, clock } = openHubs(directory.path);
  const hub = await hubs.open(testNamespace);
  const joinMany = (count: number) =>
    Array.from({ length: count }, (_, index) => HubPeer.join(hub, sessionOf(`${count}-${index}`)));
  const closedOf = (peers: readonly HubPeer[]) => peers.filter(({ closed }) => closed?.code === 1001).length;

  const few = joinMany(3);
  const endingFew = hubs.endGradually();
  expect(closedOf(few)).toBe(1);
  const last = few.at(-1);
  if (last) await new SyncDocument(last, newDocumentId(), { still: 'served' }).upload();
  for (let step = 0; step < 2; step++) {
    clock.advance(5);
    await Promise.resolve();
  }
  await endingFew;
  expect(closedOf(few)).toBe(3);

  const many = joinMany(3_000);
  const endingMany = hubs.endGradually();
  for (let step = 1; step <= 300; step++) {
    clock.advance(5);
    await Promise.resolve();
  }
  expect(closedOf(many)).toBe(1_501);
  // A machine that is busy is late with its steps, and makes up for it.
  clock.advance(1_500);
  await endingMany;
  expect(closedOf(many)).toBe(3_000);
  await hubs.close();
  await stores.close();
});

test('what the open hubs keep for their peers is told by namespace', async () => {
  using directory = temporaryFolder();
  const { hubs, stores } = openHubs(directory.path);
  expect(hubs.counts()).toEqual(new Map());
  const hub = await hubs.open(testNamespace);
  HubPeer.join(hub, sessionOf('one'));
  expect(hubs.counts().get(testNamespace)).toMatchObject({ sockets: 1, unjoined: 0 });
  await hubs.close();
  await stores.close();
});

test('a server that stops opens no namespace any more', async () => {
  using directory = temporaryFolder();
  const { hubs, stores } = openHubs(directory.path);
  const opening = hubs.open(testNamespace);
  await hubs.close();
  expect(await rejectionOf(opening)).toHaveProperty('code', 'Stopping');
  await stores.close();
});

test('a data directory that cannot be listed at start is logged, and ends nothing', async () => {
  using directory = temporaryFolder();
  const data = join(directory.path, 'data');
  const { hubs, errors } = openHubs(data);
  renameSync(data, join(directory.path, 'elsewhere'));
  await hubs.openKnown();
  expect(errors).toHaveBeenCalledTimes(1);
});
