import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { encode } from '@automerge/automerge-repo/helpers/cbor.js';
import { generateAutomergeUrl, parseAutomergeUrl } from '@automerge/automerge-repo';
import { RawPeer } from '../support/raw-peer.ts';
import { World } from '../support/world.ts';

const library = 'xyz.groundmist.library';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

function someDocumentId(): string {
  return parseAutomergeUrl(generateAutomergeUrl()).documentId;
}

/** The whole of a nest of CBOR arrays, `depth` deep. */
function nested(depth: number): Uint8Array {
  const bytes = new Uint8Array(depth + 1).fill(0x81);
  bytes[depth] = 0;
  return bytes;
}

describe('a frame that is none closes its own socket and no other', () => {
  const documentId = someDocumentId();
  const malformed: readonly (readonly [name: string, frame: (peerId: string) => Uint8Array])[] = [
    ['not CBOR', () => new Uint8Array([0xff, 0xff, 0x00])],
    ['empty', () => new Uint8Array(0)],
    ['CBOR null', () => encode(null)],
    ['a number', () => encode(42)],
    ['an array', () => encode(['sync', 'me'])],
    ['a text', () => encode('join')],
    ['arrays 100,000 deep', () => nested(100_000)],
    ['an array of four billion', () => new Uint8Array([0x9b, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x00])],
    ['no type', (senderId) => encode({ senderId })],
    ['an unknown type', (senderId) => encode({ type: 'admin', senderId })],
    ['no senderId', () => encode({ type: 'sync', documentId, data: new Uint8Array([1]) })],
    [
      'a number as senderId',
      () => encode({ type: 'sync', senderId: 7, documentId, data: new Uint8Array([1]) }),
    ],
    ['no documentId', (senderId) => encode({ type: 'sync', senderId, data: new Uint8Array([1]) })],
    [
      'a path as documentId',
      (senderId) =>
        encode({ type: 'sync', senderId, documentId: '../../etc/passwd', data: new Uint8Array([1]) }),
    ],
    ['no data', (senderId) => encode({ type: 'sync', senderId, documentId })],
    ['a text as data', (senderId) => encode({ type: 'sync', senderId, documentId, data: 'text' })],
    [
      'data that is no sync message',
      (senderId) => encode({ type: 'sync', senderId, documentId, data: new Uint8Array([9, 9, 9]) }),
    ],
    [
      'a cut sync message',
      (senderId) => encode({ type: 'sync', senderId, documentId, data: new Uint8Array([0x42, 0xff]) }),
    ],
    [
      'presence without a count',
      (senderId) =>
        encode({ type: 'ephemeral', senderId, documentId, sessionId: 's', data: new Uint8Array([1]) }),
    ],
    ['a second join', (senderId) => encode({ type: 'join', senderId })],
    [
      "another peer's id",
      () => encode({ type: 'sync', senderId: 'somebody-else', documentId, data: new Uint8Array([1]) }),
    ],
  ];

  test.each(malformed)('%s', async (_, frame) => {
    const url = await world.admit(library);
    const [offender, neighbour] = [await RawPeer.join(url), await RawPeer.join(url)];
    offender.sendBytes(frame(offender.peerId));
    expect((await offender.closing()).code).toBe(1002);
    const asked = someDocumentId();
    neighbour.send({ type: 'request', senderId: neighbour.peerId, documentId: asked, data: emptySync });
    await neighbour.next((answer) => answer['documentId'] === asked);
    neighbour.close();
  });

  test('a text frame', async () => {
    const peer = await RawPeer.join(await world.admit(library));
    peer.sendText('{"type":"join"}');
    expect((await peer.closing()).code).toBe(1003);
  });
});

/** What a client sends that has nothing: no heads, no need, one empty have, no changes. */
const emptySync = new Uint8Array([0x42, 0, 0, 1, 0, 0, 0]);

test('the first frame must be join, and may have 4 KiB', async () => {
  const url = await world.admit(library);
  const eager = await RawPeer.connect(url);
  eager.send({ type: 'request', senderId: eager.peerId, documentId: someDocumentId(), data: emptySync });
  expect((await eager.closing()).code).toBe(1002);
  const large = await RawPeer.connect(url);
  large.send({ type: 'join', senderId: large.peerId, peerMetadata: { note: 'x'.repeat(5000) } });
  expect((await large.closing()).code).toBe(1009);
});

describe('the upgrade', () => {
  test.each(['', '?token=', '?token=gms_nonsense', `?token=gms_${'A'.repeat(43)}`])(
    'with "%s" is a 401',
    async (query) => {
      const response = await fetch(`${world.url}/${query}`, {
        headers: {
          upgrade: 'websocket',
          connection: 'upgrade',
          'sec-websocket-key': 'x'.repeat(22) + '==',
          'sec-websocket-version': '13',
        },
      });
      expect(response.status).toBe(401);
    },
  );
});
