import { expect, test } from 'bun:test';
import { decode, encode } from '@automerge/automerge-repo/helpers/cbor.js';
import { decodeFrame } from './cbor.ts';
import { documentFrame, joinFrame } from './peer.ts';

const data = Buffer.alloc(70_000, 7);

test('a frame of automerge-repo is read, whatever else is in it', () => {
  const frame = {
    type: 'sync',
    senderId: 'server',
    targetId: 'bench',
    peerMetadata: { isEphemeral: false, storageId: null },
    count: -3,
    versions: ['1', 300],
    documentId: 'document',
    data,
  };
  expect(decodeFrame(Buffer.from(encode(frame)))).toMatchObject({
    type: 'sync',
    senderId: 'server',
    documentId: 'document',
    data,
  });
});

test('automerge-repo reads our frames', () => {
  const frame = documentFrame({ type: 'request', senderId: 'bench', documentId: 'document', data }, 'server');
  expect(decode(frame)).toEqual({
    type: 'request',
    senderId: 'bench',
    targetId: 'server',
    documentId: 'document',
    data: new Uint8Array(data),
  });
  expect(decode(joinFrame('bench'))).toMatchObject({ type: 'join', supportedProtocolVersions: ['1'] });
});
