import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { from } from '@automerge/automerge';
import { generateAutomergeUrl, parseAutomergeUrl, Repo } from '@automerge/automerge-repo';
import { WebSocketClientAdapter } from '@automerge/automerge-repo-network-websocket';
import { Repo as Repo1 } from 'stock-1-repo';
import { BrowserWebSocketClientAdapter as WebSocketClientAdapter1 } from 'stock-1-websocket';
import { TestApp } from '../support/app.ts';
import { TestClock } from '../support/clock.ts';
import { eventually } from '../support/eventually.ts';
import { answerApproval, approving, untilWaiting, waitingApprovals } from '../support/owner.ts';
import { RawPeer } from '../support/raw-peer.ts';
import { connectStock, generations, retire } from '../support/stock-client.ts';
import { World } from '../support/world.ts';

// What the apps that exist do, each seen in one of them.

const namespace = 'xyz.groundmist.library';
/** How long the server holds `doc-unavailable` while somebody may still bring the document. */
const unavailableHoldMs = 5_000;

let world: World;
let clock: TestClock;
beforeAll(async () => {
  clock = new TestClock();
  world = await World.start({ clock });
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

const socketUrl = (syncToken: unknown) => `${world.url.replace('http', 'ws')}/?token=${String(syncToken)}`;

describe('an app that signs in three times at once', () => {
  test('asks the owner once, and each of its three tokens opens a socket beside the others', async () => {
    const app = await TestApp.create(world.owner);
    const asked = [1, 2, 3].map(() => app.authenticate(world.url, { namespace }));
    const id = await untilWaiting(world);
    await answerApproval(world, 'approve', id);
    const answers = await Promise.all(asked);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await waitingApprovals(world)).toEqual([]);
    const syncTokens = answers.map(({ body }) => body['token']);
    expect(new Set(syncTokens).size).toBe(3);
    const peers = await Promise.all(syncTokens.map((one) => RawPeer.join(socketUrl(one))));
    expect(peers.map(({ isClosed }) => isClosed)).toEqual([false, false, false]);
    for (const peer of peers) peer.close();
  });

  test('gets three tokens at once where the owner said yes before', async () => {
    const app = await TestApp.create(world.owner);
    await world.admit(namespace, app);
    const answers = await Promise.all([1, 2, 3].map(() => app.authenticate(world.url, { namespace })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  });
});

test('a tab that stays connected keeps its token, however often the app is loaded in another', async () => {
  const app = await TestApp.create(world.owner);
  const url = await world.admit(namespace, app);
  const tab = await RawPeer.join(url);
  for (let load = 0; load < 9; load += 1) {
    clock.advance(1000);
    expect((await app.authenticate(world.url, { namespace })).status).toBe(200);
  }
  tab.close();
  (await RawPeer.join(url)).close();
});

describe('an app that comes back with the URL it has', () => {
  test.each([...generations])('goes on syncing after a restart of the server (%s)', async (generation) => {
    const own = await World.start();
    const client = await own.client(generation);
    const early = client.create({ written: 'before' });
    await own.stopServer();
    const late = client.create({ written: 'while it was away' });
    await own.startServer();
    const reader = await own.client('2.5.6');
    for (const { url, content } of [early, late]) {
      const found = await eventually('it arrives', () => reader.find(url).catch(() => undefined));
      expect(found.content()).toEqual(content());
    }
    await own[Symbol.asyncDispose]();
  });

  test('takes its own peer id over while its earlier socket is still open', async () => {
    const url = await world.admit(namespace);
    const [first, documentId] = [await RawPeer.join(url, 'the-same-tab'), someDocumentId()];
    await first.upload(documentId, from({ by: 'the first socket' }));
    const second = await RawPeer.join(url, 'the-same-tab');
    expect((await first.closing()).code).toBe(1000);
    await second.upload(documentId, from({ by: 'the second socket' }));
    const witness = connectStock('2.5.6', await world.admit(namespace));
    const found = await witness.find(`automerge:${documentId}`);
    found.change((content) => void (content['heard'] = 'by the second'));
    const before = second.frames.length;
    await eventually('the second socket is served', () => second.frames.length > before);
    expect(second.isClosed).toBe(false);
    for (const peer of [second, witness]) peer.close();
  });
});

describe.each([...generations])('a %s app that follows a link before the document is there', (generation) => {
  test('gets the document when another device brings it', async () => {
    const author = await RawPeer.join(await world.admit(namespace));
    const { finding, documentId } = await follow();
    await author.upload(documentId, from({ title: 'a little late' }));
    expect((await finding).content()).toEqual({ title: 'a little late' });
    author.close();
  });

  test('hears that there is none once nobody has brought it for a while', async () => {
    const author = await RawPeer.join(await world.admit(namespace));
    const { finding } = await follow();
    clock.advance(unavailableHoldMs);
    expect(await finding.then(() => undefined, String)).toContain('unavailable');
    author.close();
  });

  /** Asks for a document that nobody has, and waits until the server holds its answer back. */
  async function follow() {
    const reader = await world.client(generation);
    const documentId = someDocumentId();
    const pending = clock.pendingCount;
    const finding = reader.find(`automerge:${documentId}`);
    await eventually('the answer is held', () => clock.pendingCount > pending);
    return { finding, documentId };
  }
});

describe('an app that offers its documents to its service worker only', () => {
  const sharePolicy = () => Promise.resolve(false);

  test('is asked for its root document once it is connected (2.5.6)', async () => {
    const repo = new Repo({ network: [], sharePolicy });
    const { url } = repo.create({ index: ['an essay'] });
    const adapter = new WebSocketClientAdapter(await admitWithRoot(url));
    repo.networkSubsystem.addNetworkAdapter(adapter);
    await expectArrival(url);
    retire(adapter);
  });

  test('is asked for its root document once it is connected (1.2.1)', async () => {
    const repo = new Repo1({ network: [], sharePolicy });
    const { url } = repo.create({ index: ['an essay'] });
    const adapter = new WebSocketClientAdapter1(await admitWithRoot(url));
    repo.networkSubsystem.addNetworkAdapter(adapter);
    await expectArrival(url);
    retire(adapter);
  });

  async function admitWithRoot(rootDocUrl: string): Promise<string> {
    const app = await TestApp.create(world.owner);
    const answer = await approving(world, app.authenticate(world.url, { namespace, rootDocUrl }));
    return socketUrl(answer.body['token']);
  }

  async function expectArrival(url: string): Promise<void> {
    const other = await world.client('2.5.6');
    expect((await other.find(url)).content()).toEqual({ index: ['an essay'] });
  }
});

function someDocumentId(): string {
  return parseAutomergeUrl(generateAutomergeUrl()).documentId;
}
