import { getLogger } from '@logtape/logtape';
import { expect, setDefaultTimeout, test } from 'bun:test';
import * as Automerge from '@automerge/automerge';
import { encode } from '@automerge/automerge-repo/helpers/cbor.js';
import { socketHandler } from '../../src/http.ts';
import { defaultSyncLimits } from '../../src/core/sync/limits.ts';
import type { DocumentId } from '../../src/core/store/document-id.ts';
import type { Connection, Socket } from '../../src/platform/http.ts';
import { handshake, silentSocket } from '../e2e/silent-socket.ts';
import { eventually } from '../support/eventually.ts';
import { HubPeer, openHub, sessionOf, type TestHub } from '../support/hub.ts';
import { RawPeer } from '../support/raw-peer.ts';
import { emptySync, newDocumentId, SyncDocument } from '../support/sync-document.ts';

setDefaultTimeout(60_000);

/*
 * Threat: a device asks for much and reads nothing, or says more than anybody can store, until the server has no memory
 * left for the others. Proves docs/protocol.md, Limits: "waiting for a slow reader", "messages of a socket".
 */

interface Port extends Disposable {
  readonly url: string;
  readonly port: number;
  /** What the server holds for all who do not read. */
  readonly queuedBytes: () => number;
}

/** A real port to a hub, without a gate: each socket is another device's. */
function openPort(world: TestHub, limits = defaultSyncLimits): Port {
  const sockets: Socket[] = [];
  let accepted = 0;
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch(request, open) {
      accepted += 1;
      const data = noting(world.hub.connect(sessionOf(`device-${accepted}`), 'abc123'), sockets);
      return open.upgrade(request, { data }) ? undefined : new Response();
    },
    websocket: socketHandler(limits, getLogger('test')),
  });
  return {
    url: `ws://127.0.0.1:${server.port}/`,
    port: server.port ?? 0,
    queuedBytes: () => sockets.reduce((sum, { queuedBytes }) => sum + queuedBytes, 0),
    [Symbol.dispose]: () => void server.stop(true),
  };
}

function noting(connection: Connection, sockets: Socket[]): Connection {
  return {
    open(socket) {
      sockets.push(socket);
      connection.open(socket);
    },
    message: (bytes) => connection.message(bytes),
    drain: () => connection.drain(),
    close: (code, reason) => connection.close(code, reason),
  };
}

/** Whether these heads are the last that a peer was told of. */
function isTold({ frames }: RawPeer, heads: readonly string[]): boolean {
  const data = frames.findLast(({ type }) => type === 'sync')?.['data'];
  return data instanceof Uint8Array && Automerge.decodeSyncMessage(data).heads.join() === heads.join();
}

function opening(senderId: string, documentId: string): readonly Uint8Array[] {
  return [
    encode({ type: 'join', senderId, supportedProtocolVersions: ['1'] }),
    encode({ type: 'request', senderId, documentId, data: emptySync }),
  ];
}

test('one who reads nothing of much costs one frame beyond what its line holds, and twenty others hear everything', async () => {
  await using world = await openHub({ soon: queueMicrotask });
  using port = openPort(world);
  const document = new SyncDocument(HubPeer.join(world.hub, sessionOf('writer')), newDocumentId(), { n: 0 });
  await document.upload();
  const others = await Promise.all(Array.from({ length: 20 }, () => RawPeer.join(port.url)));
  for (const peer of others) {
    peer.send({ type: 'request', senderId: peer.peerId, documentId: document.id, data: emptySync });
  }
  const slow = await silentSocket(port.port, handshake(port.url, opening('slow', document.id)));
  await eventually('all are in', () => world.hub.counts.sockets === 22 && world.hub.counts.unjoined === 0);
  let said = 0;
  let mostQueued = 0;
  while (said < 200) {
    said += 1;
    const noise = crypto.getRandomValues(new Uint8Array(60_000));
    document.change((content) => void (content['noise'] = noise));
    await document.upload();
    mostQueued = Math.max(mostQueued, port.queuedBytes());
  }
  const heads = Automerge.getHeads(document.doc);
  await eventually('all others hear all', () => others.every((peer) => isTold(peer, heads)));
  expect(port.queuedBytes()).toBeGreaterThan(0);
  expect(mostQueued).toBeLessThan(1024 * 1024);
  expect(others.map(({ isClosed }) => isClosed)).toEqual(others.map(() => false));
  slow.destroy();
  for (const peer of others) peer.close();
});

test('one who stops in the middle of a large document costs that one document, and gets the others once it reads on', async () => {
  await using world = await openHub({ soon: queueMicrotask });
  using port = openPort(world);
  const [count, sizeBytes] = [4, 12 * 1024 * 1024];
  const writer = HubPeer.join(world.hub, sessionOf('writer'));
  const ids = await uploadNoise(writer, { count, sizeBytes });
  const asked = ids.map((documentId) =>
    encode({ type: 'request', senderId: 'slow', documentId, data: emptySync }),
  );
  const join = encode({ type: 'join', senderId: 'slow', supportedProtocolVersions: ['1'] });
  const slow = await silentSocket(port.port, handshake(port.url, [join, ...asked]));
  let read = 0;
  slow.once('data', ({ length }) => {
    read += length;
    slow.pause();
  });
  slow.resume();
  await eventually('the document is on its way', () => read > 0 && port.queuedBytes() > 0);
  const other = new SyncDocument(HubPeer.join(world.hub, sessionOf('other')), newDocumentId(), { n: 0 });
  const watcher = await RawPeer.join(port.url);
  await other.upload();
  watcher.send({ type: 'request', senderId: watcher.peerId, documentId: other.id, data: emptySync });
  for (let n = 1; n <= 50; n += 1) {
    other.change((content) => void (content['n'] = n));
    await other.upload();
    expect(port.queuedBytes()).toBeLessThan(sizeBytes + 1024 * 1024);
  }
  await eventually('the other one hears all', () => isTold(watcher, Automerge.getHeads(other.doc)));
  expect(port.queuedBytes()).toBeGreaterThan(0);
  slow.on('data', ({ length }) => void (read += length));
  slow.resume();
  await eventually('it has all it asked for', () => read > count * sizeBytes);
  slow.destroy();
  watcher.close();
});

/** Documents of so many random bytes each, that nobody has asked for yet. */
async function uploadNoise(
  writer: HubPeer,
  { count, sizeBytes }: { readonly count: number; readonly sizeBytes: number },
): Promise<readonly DocumentId[]> {
  const ids: DocumentId[] = [];
  for (let left = count; left > 0; left -= 1) {
    const noise = Buffer.alloc(sizeBytes);
    for (let at = 0; at < sizeBytes; at += 65_536) crypto.getRandomValues(noise.subarray(at, at + 65_536));
    const document = new SyncDocument(writer, newDocumentId(), { noise: new Uint8Array(noise) });
    await document.upload();
    Automerge.free(document.doc);
    ids.push(document.id);
  }
  return ids;
}

test('one who says very much very fast has to wait, and loses nothing of it', async () => {
  const limits = { ...defaultSyncLimits, messagesAtOnce: 50, messagesPerSecond: 20 };
  await using world = await openHub({ limits });
  using port = openPort(world, limits);
  const peer = await RawPeer.join(port.url);
  const pending = world.clock.pendingCount;
  const ids = Array.from({ length: 3_000 }, newDocumentId);
  const padding = new Uint8Array(2_000);
  for (const documentId of ids) {
    peer.send({ type: 'request', senderId: peer.peerId, documentId, data: emptySync, padding });
  }
  const answers = (): number => peer.frames.length - 1;
  await eventually('some are answered', () => answers() >= 50);
  await eventually('the rest waits for its time', () => world.clock.pendingCount > pending);
  const neighbour = await RawPeer.join(port.url);
  for (let n = 0; n < 10; n++) await neighbour.upload(newDocumentId(), Automerge.from({ n }));
  expect(answers()).toBeLessThan(ids.length);
  neighbour.close();
  await eventually('all are answered in the end', () => {
    world.clock.advance(10_000);
    return answers() === ids.length;
  });
  expect(peer.isClosed).toBe(false);
  peer.close();
});
