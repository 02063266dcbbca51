import { generateSyncMessage, init, initSyncState } from '@automerge/automerge';
import { encode } from '@automerge/automerge-repo/helpers/cbor.js';
import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { TestApp } from '../support/app.ts';
import { eventually } from '../support/eventually.ts';
import { LeanClient } from '../support/lean-client.ts';
import { RawPeer } from '../support/raw-peer.ts';
import type { Ending, ServerProcess } from './server-process.ts';
import { Installation, library } from './server.ts';
import { handshake, silentSocket } from './silent-socket.ts';

setDefaultTimeout(60_000);

const patienceMs = 10_000;
const inOrder: Ending = { exitCode: 0, signal: null };

let home: Installation;
beforeEach(async () => {
  home = await Installation.create();
});
afterEach(() => home[Symbol.asyncDispose]());

/** How it ends; fails where that takes longer than a service manager should have to wait. */
async function endingSoon(server: ServerProcess): Promise<Ending> {
  await eventually('the server has ended', () => server.hasEnded, patienceMs);
  return await server.ending();
}

/** The id of a new document of this size that the server has acknowledged. */
async function upload(url: string, sizeBytes: number): Promise<string> {
  const client = await LeanClient.connect(url);
  const documentId = client.create({ bytes: crypto.getRandomValues(new Uint8Array(sizeBytes)) });
  await eventually('it is acknowledged', () => (client.told.get(documentId)?.size ?? 0) > 0);
  client.close();
  return documentId;
}

describe('at SIGTERM', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    '(%s) every WebSocket is told that the server goes away',
    async (signal) => {
      const server = await home.serve();
      const url = await home.admit();
      const [joined, other, silent] = [
        await RawPeer.join(url),
        await RawPeer.join(url),
        await RawPeer.connect(url),
      ];
      server.signal(signal);
      for (const peer of [joined, other, silent]) expect(await peer.closing()).toMatchObject({ code: 1001 });
      expect(await endingSoon(server)).toEqual(inOrder);
      expect(server.stderr.text).toContain('Stopping: ');
    },
  );

  test('nothing is left open: what was written lies in the database itself', async () => {
    const server = await home.serve();
    await upload(await home.admit(), 1000);
    server.signal('SIGTERM');
    expect(await endingSoon(server)).toEqual(inOrder);
    const left = ['documents.sqlite', 'documents.sqlite-wal'].map((name) =>
      existsSync(join(home.dataDirectory, 'xyz/groundmist/library', name)),
    );
    expect(left).toEqual([true, false]);
  });

  test('apps that wait for the owner do not hold it up, and are told to ask again', async () => {
    const server = await home.serve();
    const apps = await Promise.all([TestApp.create(home.owner), TestApp.create(home.owner)]);
    const answers = Promise.all(apps.map((app) => app.authenticate(home.url, { namespace: library })));
    await eventually('both wait', async () => {
      const { stdout } = await home.run('app', 'list', '--json');
      return (JSON.parse(stdout) as { approvals: unknown[] }).approvals.length === 2;
    });
    server.signal('SIGTERM');
    expect(await endingSoon(server)).toEqual(inOrder);
    for (const { status, headers, body } of await answers) {
      expect({ status, error: body['error'] }).toEqual({ status: 503, error: 'Stopping' });
      expect(headers.get('retry-after')).toBe('5');
    }
  });

  test('neither do clients that never finish their request, nor sockets that never say a word', async () => {
    const server = await home.serve();
    const post = 'POST /authenticate HTTP/1.1\r\nHost: localhost\r\nContent-';
    const said = [post, `${post}Length: 100\r\n\r\n{`, handshake(await home.admit()), ''];
    const sockets = await Promise.all(said.map((text) => silentSocket(home.port, text)));
    server.signal('SIGTERM');
    expect(await endingSoon(server)).toEqual(inOrder);
    for (const socket of sockets) socket.destroy();
  });

  test('nor one that was sent more than it ever reads', async () => {
    const server = await home.serve();
    const url = await home.admit();
    const documentId = await upload(url, 12_000_000);
    const [, data] = generateSyncMessage(init(), initSyncState());
    const frames = [{ type: 'join' }, { type: 'request', documentId, data }];
    const payloads = frames.map((frame) => encode({ ...frame, senderId: 'deaf' }));
    const socket = await silentSocket(home.port, handshake(url, payloads));
    const neighbour = await LeanClient.connect(url);
    await neighbour.find(documentId);
    server.signal('SIGTERM');
    expect(await endingSoon(server)).toEqual(inOrder);
    socket.destroy();
  });

  test('a second signal ends it at once, in order where the first was done by then', async () => {
    const server = await home.serve();
    // Stopped, it finds both waiting for it when it goes on.
    for (const signal of ['SIGSTOP', 'SIGTERM', 'SIGINT', 'SIGCONT'] as const) server.signal(signal);
    const { exitCode, signal } = await endingSoon(server);
    expect(signal).toBeNull();
    expect([0, 130, 143]).toContain(exitCode ?? -1);
  });
});
