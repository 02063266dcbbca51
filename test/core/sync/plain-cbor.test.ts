import { describe, expect, test } from 'bun:test';
import {
  decode as decodeWithLibrary,
  encode as encodeWithLibrary,
} from '@automerge/automerge-repo/helpers/cbor.js';
import * as fc from 'fast-check';
import { encodePlainCbor, type WrittenValue } from '../../../src/core/sync/plain-cbor-writer.ts';
import { CborError, decodePlainCbor, type PlainValue } from '../../../src/core/sync/plain-cbor.ts';

/** What the bytes say, or that they are refused. */
function read(bytes: Uint8Array): { readonly value: PlainValue } | 'refused' {
  try {
    return { value: decodePlainCbor(bytes) };
  } catch (error) {
    if (error instanceof CborError) return 'refused';
    throw error;
  }
}

function readHex(hex: string): ReturnType<typeof read> {
  return read(Uint8Array.fromHex(hex));
}

describe('RFC 8949, appendix A', () => {
  const vectors: readonly (readonly [hex: string, value: PlainValue])[] = [
    ['00', 0],
    ['17', 23],
    ['1818', 24],
    ['1903e8', 1000],
    ['1a000f4240', 1_000_000],
    ['1b000000e8d4a51000', 1_000_000_000_000n],
    ['1bffffffffffffffff', 18_446_744_073_709_551_615n],
    ['20', -1],
    ['3863', -100],
    ['3903e7', -1000],
    ['3bffffffffffffffff', -18_446_744_073_709_551_616n],
    ['f90000', 0],
    ['f98000', -0],
    ['f93e00', 1.5],
    ['f90001', 5.960464477539063e-8],
    ['f9c400', -4],
    ['fa47c35000', 100_000],
    ['fb3ff199999999999a', 1.1],
    ['f97c00', Number.POSITIVE_INFINITY],
    ['f97e00', Number.NaN],
    ['faff800000', Number.NEGATIVE_INFINITY],
    ['f4', false],
    ['f5', true],
    ['f6', null],
    ['f7', undefined],
    ['40', new Uint8Array()],
    ['4401020304', new Uint8Array([1, 2, 3, 4])],
    ['60', ''],
    ['6449455446', 'IETF'],
    ['62c3bc', 'ü'],
    ['64f0908591', '𐅑'],
    ['80', []],
    ['8301820203820405', [1, [2, 3], [4, 5]]],
    ['a0', {}],
    ['a201020304', { 1: 2, 3: 4 }],
    ['a26161016162820203', { a: 1, b: [2, 3] }],
    ['826161a161626163', ['a', { b: 'c' }]],
  ];
  test.each(vectors)('%s is read', (hex, value) => {
    expect(readHex(hex)).toEqual({ value });
  });

  const refused = [
    'f0',
    'f8ff',
    'c11a514b67b0',
    'd74401020304',
    '5f42010243030405ff',
    '7f657374726561ff',
    '9fff',
    'bfff',
    '1c',
    'ff',
    '',
    '19',
  ];
  test.each(refused)('%s is refused', (hex) => {
    expect(readHex(hex)).toBe('refused');
  });
});

const leaf = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.stringMatching(/^[ -~]{0,300}$/),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.uint8Array({ maxLength: 400 }),
);
const name = fc.stringMatching(/^[a-zä]{1,30}$/);

test('what is written is read again, here and by the library of the clients', () => {
  const { value: tree } = fc.letrec<{ value: WrittenValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5, depthSize: 'small' },
      leaf,
      fc.dictionary(name, tie('value'), { maxKeys: 6, noNullPrototype: true }),
    ),
  }));
  fc.assert(
    fc.property(tree, (value) => {
      const bytes = encodePlainCbor(value);
      expect(read(bytes)).toEqual({ value });
      expect(plain(decodeWithLibrary(bytes))).toEqual(value);
    }),
    { numRuns: 500 },
  );
});

test('what clients write is read as their library reads it, and so is what became of it on the way', () => {
  const { value: tree } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 5, depthSize: 'small' },
      leaf,
      fc.constantFrom(null, undefined, 2 ** 40),
      fc.array(tie('value'), { maxLength: 6 }),
      fc.dictionary(name, tie('value'), { maxKeys: 6, noNullPrototype: true }),
    ),
  }));
  const edits = fc.array(fc.tuple(fc.nat(2_000), fc.nat(255)), { maxLength: 4 });
  let alike = 0;
  fc.assert(
    fc.property(tree, edits, (value, changes) => {
      const bytes = new Uint8Array(encodeWithLibrary(value));
      for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
      const ours = read(bytes);
      if (changes.length === 0) expect(ours).not.toBe('refused');
      if (ours === 'refused') return;
      expect(plain(ours.value)).toEqual(plain(decodeWithLibrary(bytes)));
      alike += 1;
    }),
    { numRuns: 2_000 },
  );
  expect(alike).toBeGreaterThan(500);
});

/** Buffers are byte arrays, too; and this library keeps the prototype out of maps under another name. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]));
}
