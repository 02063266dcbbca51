import { expect, test } from 'bun:test';
import { deflateRawSync } from 'node:zlib';
import * as fc from 'fast-check';
import { loadAutomerge } from '../../../src/core/automerge.ts';
import { snapshotHeads } from '../../../src/core/format/document-header.ts';
import { newestHashes, whyNotChunks } from '../../../src/core/format/whole-chunks.ts';
import { SampleDocument } from '../../support/sample-documents.ts';

const automerge = await loadAutomerge();
const empty = new Uint8Array();

const typeOf = (chunk: Uint8Array): number | undefined => chunk[8];

/** A document chunk, a change, and a compressed change; loaded in this order or in reverse. */
function someChunks(): readonly Uint8Array[] {
  const short = automerge.from({ text: 'short' });
  const long = automerge.change(short, (draft) => void (draft.text = 'long '.repeat(2_000)));
  const [first = empty, second = empty] = automerge.getAllChanges(long);
  return [automerge.save(short), first, compress(second)];
}

/** The same change as a chunk of type 2: older versions write these. A body of 128 bytes to 16 KiB has a length of two bytes. */
function compress(change: Uint8Array): Uint8Array {
  const body = deflateRawSync(change.subarray(11));
  const length = [(body.length & 0x7f) | 0x80, body.length >> 7];
  return Uint8Array.of(...change.subarray(0, 8), 2, ...length, ...body);
}

test('all kinds of chunks are whole, as they are for Automerge', () => {
  const chunks = someChunks();
  expect(chunks.map(typeOf)).toEqual([0, 1, 2]);
  for (const chunk of chunks) expect(whyNotChunks(chunk)).toBeUndefined();
  const joined = new Uint8Array(Buffer.concat(chunks));
  expect(whyNotChunks(joined)).toBeUndefined();
  expect(automerge.load<{ text: string }>(joined).text).toBe('long '.repeat(2_000));
});

test('the newest changes are the heads of a document and each change itself, compressed or not', () => {
  const [document = empty, first = empty, second = empty] = someChunks();
  const [firstHash = '', secondHash = ''] = [first, second].map((one) => automerge.decodeChange(one).hash);
  // Saved after both.
  expect(newestHashes(document)).toEqual([secondHash]);
  const joined = new Uint8Array(Buffer.concat([document, first, second]));
  expect(newestHashes(joined)).toEqual([secondHash, firstHash, secondHash]);
  expect(newestHashes(empty)).toBeUndefined();
  expect(newestHashes(first.subarray(0, -1))).toBeUndefined();
  expect(newestHashes(automerge.save(automerge.init()))).toBeUndefined();
});

test('a flipped bit anywhere, or a cut anywhere, is seen', () => {
  for (const chunk of someChunks()) {
    // The last bits of a compressed change are padding and mean nothing.
    const lastOffset = typeOf(chunk) === 2 ? chunk.length - 2 : chunk.length - 1;
    fc.assert(
      fc.property(fc.nat(lastOffset), fc.nat(7), (at, bit) => {
        expect(whyNotChunks(chunk.with(at, (chunk[at] ?? 0) ^ (1 << bit)))).toBeDefined();
        expect(whyNotChunks(chunk.subarray(0, at))).toBeDefined();
      }),
    );
  }
});

test('no bytes make the reader throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (tail) => {
      const bytes = Uint8Array.of(0x85, 0x6f, 0x4a, 0x83, ...tail);
      expect(whyNotChunks(bytes)).toBeDefined();
      expect(snapshotHeads(bytes) ?? []).toBeArray();
    }),
  );
});

test('the heads of a snapshot are those Automerge finds in it, also with two writers', () => {
  const base = automerge.from<Record<string, number>>({ a: 1 });
  let left = automerge.change(automerge.clone(base), (draft) => void (draft['left'] = 1));
  const right = automerge.change(automerge.clone(base), (draft) => void (draft['right'] = 1));
  left = automerge.merge(left, right);
  expect(snapshotHeads(automerge.save(left))).toEqual(automerge.getHeads(left).toSorted());
  expect(automerge.getHeads(left)).toHaveLength(2);
  expect(snapshotHeads(automerge.save(automerge.init()))).toEqual([]);
});

test('a change names no heads of a document', () => {
  expect(snapshotHeads(new SampleDocument().write('a').addition().chunks[0] ?? empty)).toBeUndefined();
});
