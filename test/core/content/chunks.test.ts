import { describe, expect, test } from 'bun:test';
import * as Automerge from '@automerge/automerge';
import { describeChunks } from '../../../src/core/content/chunks.ts';
import { deflatedChange } from '../../support/deflated-change.ts';

const first = Automerge.from({ text: 'x' });
const later = Automerge.change(first, (draft) => {
  draft.text = 'compressible '.repeat(500);
});
const [small, large] = Automerge.getAllChanges(later);
if (!small || !large) throw new Error('there should be two changes');
const compressed = deflatedChange(large);

/** The same bytes but for one bit, so many bytes before the end. */
function flipped(bytes: Uint8Array, fromEnd: number): Uint8Array {
  const place = bytes.length - fromEnd;
  return bytes.with(place, (bytes[place] ?? 0) ^ 1);
}

describe('a chunk describes itself', () => {
  test('as a snapshot with the changes in it', () => {
    const saved = Automerge.save(later);
    expect(describeChunks(saved)).toMatchObject([
      { kind: 'snapshot', sizeBytes: saved.length, isWhole: true, changeCount: 2 },
    ]);
  });

  test('as a change, compressed or not, with its hash', () => {
    const [head] = Automerge.getHeads(later);
    expect(describeChunks(small)).toMatchObject([{ kind: 'change', isWhole: true, changeCount: 1 }]);
    expect(describeChunks(compressed)).toMatchObject([
      { kind: 'compressed change', isWhole: true, changeCount: 1, hash: head ?? '' },
    ]);
  });

  test('one by one where several lie in a row', () => {
    const bundle = Buffer.concat([small, compressed]);
    expect(describeChunks(bundle).map(({ kind }) => kind)).toEqual(['change', 'compressed change']);
  });

  test.each([
    ['a flipped bit in a change', flipped(small, 1), 'change'],
    ['a flipped bit in a compressed change', flipped(compressed, 3), 'compressed change'],
    ['a flipped bit in a snapshot', Automerge.save(later).with(60, 0xff), 'snapshot'],
    ['a chunk that is cut off', small.subarray(0, -1), 'unknown'],
    ['bytes of something else', new Uint8Array(100), 'unknown'],
    ['no bytes', new Uint8Array(), 'unknown'],
  ])('%s is damage', (_, bytes, kind) => {
    expect(describeChunks(bytes)).toMatchObject([{ kind, isWhole: false, changeCount: undefined }]);
  });

  test('what comes behind a whole one and is none is damage of its own', () => {
    expect(describeChunks(Buffer.concat([small, new Uint8Array(9)]))).toMatchObject([
      { kind: 'change', isWhole: true },
      { kind: 'unknown', isWhole: false, sizeBytes: 9 },
    ]);
  });
});
