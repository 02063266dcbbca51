import { describe, expect, test } from 'bun:test';
import { encode } from '@automerge/automerge-repo/helpers/cbor.js';
import * as fc from 'fast-check';
import { decodeFrame } from '../../../src/core/sync/wire.ts';
import { newDocumentId } from '../../support/sync-document.ts';

const documentId = newDocumentId();
const frame = { type: 'sync', senderId: 'me', targetId: 'you', documentId, data: new Uint8Array([1, 2, 3]) };

/** `head` items, one inside the other, around the number 1. */
function nest(head: readonly number[], depth: number): Uint8Array {
  return Uint8Array.from([...Array.from({ length: depth }, () => head).flat(), 1]);
}

/** A map with one more entry than `frame` has. */
function frameWith(key: string, value: Uint8Array): Uint8Array {
  const entries = Object.entries(frame).flatMap(([name, one]) => [...encode(name), ...encode(one)]);
  return Uint8Array.from([0xa6, ...entries, ...encode(key), ...value]);
}

test('a frame is what it says, and only the fields that count', () => {
  const decoded = decodeFrame(encode({ ...frame, extra: { nested: [1, null, undefined, 1.5] } }));
  expect(decoded).toEqual({
    kind: 'frame',
    frame: { type: 'sync', senderId: 'me', documentId, data: expect.anything() },
  });
});

test('a frame of both stock generations with much in it decodes', () => {
  const newHeads = Object.fromEntries(
    Array.from({ length: 40 }, (_, n) => [
      crypto.randomUUID(),
      { heads: ['a'.repeat(64)], timestamp: 1.7e12 + n },
    ]),
  );
  const decoded = decodeFrame(encode({ type: 'remote-heads-changed', senderId: 'me', documentId, newHeads }));
  expect(decoded.kind).toBe('frame');
});

describe('a frame is malformed', () => {
  const record = [0xd9, 0xdf, 0xff, 0x83, 0x19, 0xe0, 0, 0x81, ...encode('type'), ...encode('leave')];
  const cases: readonly (readonly [name: string, bytes: Uint8Array])[] = [
    ['with a date in it', frameWith('when', Uint8Array.from([0xc1, 0]))],
    ['with a set in it', frameWith('set', Uint8Array.from([0xd9, 0x01, 0x02, 0x81, 1]))],
    [
      'with a class in it',
      frameWith('x', Uint8Array.from([0xd8, 27, 0x82, ...encode('RegExp'), ...encode('a+')])),
    ],
    ['with shared values in it', frameWith('x', Uint8Array.from([0xd8, 28, 0x81, 0xd8, 29, 0]))],
    [
      'with packed values in it',
      frameWith('x', Uint8Array.from([0xd8, 51, 0x84, 0x81, 1, 0x80, 0x80, 0xe0])),
    ],
    ['with a big number in it', frameWith('x', Uint8Array.from([0xc2, 0x41, 1]))],
    ['with data as a tagged array', encode({ ...frame, data: new Uint16Array([1, 2]) })],
    ['as a record', Uint8Array.from(record)],
    ['as a map of indefinite length', Uint8Array.from([0xbf, ...encode('type'), ...encode('leave'), 0xff])],
    ['nested deeply', frameWith('x', nest([0x81], 20))],
    [
      'with a list of more items than it has bytes',
      frameWith('x', Uint8Array.from([0x9a, 0xff, 0xff, 0xff, 0xff])),
    ],
    ['with more behind it', Uint8Array.from([...encode(frame), 0])],
    ['with very many items', encode({ ...frame, many: Array.from({ length: 20_000 }, () => 1) })],
  ];
  test.each(cases)('%s', (_, bytes) => {
    expect(decodeFrame(bytes).kind).toBe('malformed');
  });

  test('where a key names the prototype', () => {
    const own = Uint8Array.from([0xa1, ...encode('__proto__'), ...encode(frame)]);
    expect(decodeFrame(own).kind).toBe('malformed');
  });
});

test('no bytes at all make decoding throw, nor spoil the frame after them', () => {
  const valid = encode(frame);
  const anyBytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc
      .tuple(fc.nat(valid.length - 1), fc.nat(255))
      .map(([at, byte]) => Uint8Array.from(valid, (old, index) => (index === at ? byte : old))),
    fc.nat(valid.length).map((length) => valid.slice(0, length)),
  );
  fc.assert(
    fc.property(anyBytes, (bytes) => {
      decodeFrame(bytes);
      expect(decodeFrame(valid).kind).toBe('frame');
    }),
    { numRuns: 2_000 },
  );
});
