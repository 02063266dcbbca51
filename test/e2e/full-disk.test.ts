import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { getHeads } from '@automerge/automerge';
import { mkdirSync } from 'node:fs';
import { TestApp } from '../support/app.ts';
import { eventually } from '../support/eventually.ts';
import { LeanClient } from '../support/lean-client.ts';
import { RawPeer } from '../support/raw-peer.ts';
import { SmallDisk, whyNoSmallDisk } from '../support/small-disk.ts';
import { Installation, library } from './server.ts';
import type { ServerProcess } from './server-process.ts';

setDefaultTimeout(60_000);

const missing = whyNoSmallDisk();

test.if(process.env['CI'] === 'true')(
  'a small disk can be mounted, so that a full one is tried in CI',
  () => {
    expect(missing).toBeUndefined();
  },
);

if (missing !== undefined) test.skip(`a full disk is not tried here: ${missing}`, () => {});

describe.if(missing === undefined)('on a disk that is really full', () => {
  let home: Installation;
  let disk: SmallDisk;
  beforeEach(async () => {
    home = await Installation.create();
    const folder = `${home.binary.folder}/disk`;
    mkdirSync(folder);
    disk = await SmallDisk.mount(folder);
    home.settings = { ...home.settings, DATA_DIR: disk.at('data') };
  });
  afterEach(async () => {
    await home[Symbol.asyncDispose]();
    await disk[Symbol.asyncDispose]();
  });

  function serve(): Promise<ServerProcess> {
    return home.serve({ DATA_DIR: `${disk.path}/data` }, disk.through);
  }

  interface Listing {
    readonly approvals: readonly { readonly id: string }[];
    readonly apps: readonly { readonly devices: readonly { readonly id: string }[] }[];
  }

  async function list(): Promise<Listing> {
    return JSON.parse((await home.run('app', 'list', '--json')).stdout) as Listing;
  }

  /** Of those that were let in. */
  async function deviceIds(): Promise<readonly string[]> {
    return (await list()).apps.flatMap(({ devices }) => devices.map(({ id }) => id));
  }

  async function waitingIds(): Promise<readonly string[]> {
    return (await list()).approvals.map(({ id }) => id);
  }

  async function isLetIn(socketUrl: string): Promise<boolean> {
    const peer = await RawPeer.connect(socketUrl);
    const isRefused = peer.isClosed;
    peer.close();
    return !isRefused;
  }

  async function isReady(): Promise<boolean> {
    return (await fetch(`${home.url}/ready`)).ok;
  }

  test('a revoked device is cut off at once and stays out over kill -9, on the full disk and after it', async () => {
    const server = await serve();
    const revokedUrl = await home.admit();
    const [revokedId = ''] = await deviceIds();
    const app = await TestApp.create(home.owner);
    const otherUrl = await home.admit(library, app);
    const live = await RawPeer.join(revokedUrl);
    expect(disk.fill()).toBeGreaterThan(0);

    const { exitCode, stdout, stderr } = await home.run('app', 'revoke', revokedId);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain('Cut off');
    expect(stdout).toContain('the disk has room');
    await eventually('the live socket is closed', () => live.isClosed);
    expect(await isReady()).toBe(false);
    await server.kill();

    const again = await serve();
    expect(await isLetIn(revokedUrl)).toBe(false);
    expect(await isLetIn(otherUrl)).toBe(true);
    expect(await deviceIds()).not.toContain(revokedId);
    expect(await isReady()).toBe(false);
    disk.makeRoom();
    await again.stop();

    await serve();
    await eventually('it is ready', isReady);
    expect(await isLetIn(revokedUrl)).toBe(false);
    expect((await app.authenticate(home.url, { namespace: library })).status).toBe(200);
    expect(await isLetIn(await home.admit())).toBe(true);
  });

  test('a no is heard at once by the app that waits, and is still a no after kill -9', async () => {
    const server = await serve();
    await home.admit();
    const app = await TestApp.create(home.owner);
    const answering = app.authenticate(home.url, { namespace: library });
    const id = await eventually('the app waits', async () => (await waitingIds())[0]);
    disk.fill();
    expect(await home.run('app', 'deny', id)).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await answering).toMatchObject({ status: 403, body: { error: 'NotPermitted' } });
    await server.kill();
    await serve();
    expect(await waitingIds()).toEqual([]);
    const again = () => app.authenticate(home.url, { namespace: library });
    // The use of its service token cannot be written down.
    expect(await again()).toMatchObject({ status: 503, body: { error: 'StoreUnavailable' } });
    disk.makeRoom();
    expect(await again()).toMatchObject({ status: 403, body: { error: 'NotPermitted' } });
  });

  test('every device can be revoked, one after the other, while other programs take each free byte', async () => {
    const server = await serve();
    const urls = [await home.admit(), await home.admit(), await home.admit()];
    disk.fill();
    for (const id of await deviceIds()) {
      expect(await home.run('app', 'revoke', id)).toMatchObject({ exitCode: 0 });
      disk.fill();
    }
    await server.kill();
    disk.fill();
    await serve();
    for (const url of urls) expect(await isLetIn(url)).toBe(false);
  });

  test('documents turn read-only with a reason, are read on, and are written again once there is room', async () => {
    await serve();
    const url = await home.admit();
    const writer = await LeanClient.connect(url);
    const documentId = writer.create({ title: 'kept' });
    const isAcknowledged = (client: LeanClient): boolean =>
      getHeads(client.document(documentId) ?? expect.unreachable()).every((head) =>
        client.told.get(documentId)?.has(head),
      );
    await eventually('it is acknowledged', () => isAcknowledged(writer));
    disk.fill();
    writer.change(documentId, (fields) => void (fields['title'] = 'newer'));
    const { code, reason } = await eventually('the writer is told', () => writer.closed);
    expect(code).toBe(1013);
    expect(reason).toMatch(/^Documents are read-only until \d+ KiB are free/);
    expect(isAcknowledged(writer)).toBe(false);
    expect(await isReady()).toBe(false);

    const reader = await LeanClient.connect(url);
    expect((await reader.find(documentId))?.['title']).toBe('kept');
    reader.close();

    disk.makeRoom();
    await eventually('it is ready', isReady);
    const again = await LeanClient.connect(url);
    again.adopt(documentId, writer.document(documentId) ?? expect.unreachable());
    await eventually('it is acknowledged at last', () => isAcknowledged(again));
    again.close();
  });

  test.each(['stopped', 'killed'] as const)(
    'a server that was %s starts, and its documents can be read',
    async (end) => {
      const server = await serve();
      const url = await home.admit();
      const writer = await LeanClient.connect(url);
      const documentId = writer.create({ title: 'kept' });
      const [head = ''] = getHeads(writer.document(documentId) ?? expect.unreachable());
      await eventually('it is acknowledged', () => writer.told.get(documentId)?.has(head));
      writer.close();
      await (end === 'killed' ? server.kill() : server.stop());
      disk.fill();

      const again = await serve();
      const reader = await LeanClient.connect(url);
      reader.follow(documentId);
      await eventually('the document is there', () => reader.document(documentId)?.['title'] === 'kept');
      expect(await isReady()).toBe(false);
      reader.close();
      expect(await again.stop()).toMatchObject({ exitCode: 0 });
    },
  );
});
