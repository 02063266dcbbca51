import { expect, test } from 'bun:test';
import {
  change,
  clone,
  from,
  generateSyncMessage,
  getHeads,
  getLastLocalChange,
  hasHeads,
  init,
  initSyncState,
  receiveSyncMessage,
  save,
} from '@automerge/automerge';
import { partsOf } from '../corpus/documents.ts';
import { decodeSync, emptyMessage, encodeSync, readChunks, withDocument } from './sync-codec.ts';

const makeNote = () => from({ text: 'one' });

test('Automerge answers the empty message with the whole document', () => {
  const note = makeNote();
  const [asked, state] = receiveSyncMessage(note, initSyncState(), emptyMessage);
  const [, answer] = generateSyncMessage(asked, state);
  const { heads, changes } = decodeSync(Buffer.from(answer ?? []));
  expect(heads).toEqual(getHeads(note));
  expect(changes.flatMap(readChunks)).toHaveLength(1);
});

test('a message ends with the capabilities that Automerge names', async () => {
  const [, firstMessage] = await partsOf(makeNote());
  expect(Uint8Array.from(emptyMessage.subarray(-3))).toEqual(Uint8Array.from(firstMessage?.slice(-3) ?? []));
});

test('Automerge takes a whole document in the second message', async () => {
  const note = makeNote();
  const [, firstMessage = new Uint8Array()] = await partsOf(note);
  const message = withDocument(Buffer.from(firstMessage), Buffer.from(save(note)));
  const [copy] = receiveSyncMessage(init<unknown>(), initSyncState(), message);
  expect(hasHeads(copy, getHeads(note))).toBe(true);
});

test('Automerge takes a change, which is known by the start of its hash', () => {
  const note = makeNote();
  const base = clone(note);
  const edited = change(note, (draft) => (draft.text = 'two'));
  const bytes = Buffer.from(getLastLocalChange(edited) ?? []);
  const heads = getHeads(edited);
  const [copy] = receiveSyncMessage(
    base,
    initSyncState(),
    encodeSync({ heads, lastSync: heads, changes: [bytes] }),
  );
  expect(getHeads(copy)).toEqual(heads);
  expect(readChunks(bytes)).toEqual([{ kind: 'change', checksum: heads[0]?.slice(0, 8) ?? '' }]);
});
