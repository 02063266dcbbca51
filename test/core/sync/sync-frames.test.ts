import { expect, test } from 'bun:test';
import { decode } from '@automerge/automerge-repo/helpers/cbor.js';
import { encodeSyncMessage } from '../../../src/core/format/sync-message.ts';
import { SyncFrames } from '../../../src/core/sync/sync-frames.ts';
import { newDocumentId } from '../../support/sync-document.ts';

const head = 'ab'.repeat(32);

test('a frame is the map that a client decodes, with the message in it', () => {
  const frames = new SyncFrames('groundmist-1');
  for (const sizeBytes of [0, 1, 300, 70_000]) {
    const documentId = newDocumentId();
    const changes = sizeBytes === 0 ? [] : [new Uint8Array(sizeBytes).fill(7)];
    const message = { heads: [head], need: [], have: [{ lastSync: [head] }], changes };
    const decoded: unknown = decode(frames.encode(documentId, message));
    const data = expect.anything() as unknown;
    expect(decoded).toEqual({ type: 'sync', senderId: 'groundmist-1', targetId: '', documentId, data });
    const { data: sent } = decoded as { data: Uint8Array };
    expect(Buffer.compare(sent, encodeSyncMessage(message))).toBe(0);
  }
});
