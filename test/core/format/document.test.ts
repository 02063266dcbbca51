import { expect, test } from 'bun:test';
import { deflateRawSync } from 'node:zlib';
import * as Automerge from '@automerge/automerge';
import * as fc from 'fast-check';
import { ByteCursor } from '../../../src/core/format/byte-cursor.ts';
import { ColumnList } from '../../../src/core/format/column-list.ts';
import { isAsLargeAsClaimed } from '../../../src/core/format/claimed-content.ts';
import { documentChanges } from '../../../src/core/format/document-changes.ts';
import { readDocument, type DocumentChunk } from '../../../src/core/format/document.ts';
import { onlyChunk } from '../../support/chunks.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { craftChunk, leb128, signedLeb128 } from '../../support/crafted-sync.ts';

const budget = { inflatedBytes: 2 ** 20, operations: 2_000_000 };

/** A document without actors and heads, of these columns for changes and for operations. */
function craftDocument(changeColumn: Column, ...operationColumns: readonly Column[]): Uint8Array {
  const announce = (columns: readonly Column[]): readonly number[] => [
    columns.length,
    ...columns.flatMap(([specification, { length }]) => [...leb128(specification), ...leb128(length)]),
  ];
  const announced = [...announce([changeColumn]), ...announce(operationColumns)];
  const contents = [changeColumn, ...operationColumns].flatMap(([, bytes]) => [...bytes]);
  return craftChunk(0, Uint8Array.from([0, 0, ...announced, ...contents]));
}

/** The columns of one text, which is said to have so many bytes. */
function textColumns(text: Uint8Array, claimedBytes = text.length): readonly [Column, Column] {
  return [
    [0x56, [0x7f, ...leb128(claimedBytes * 16 + 6)]],
    [0x5f, deflateRawSync(text)],
  ];
}
type Column = readonly [specification: number, bytes: ArrayLike<number> & Iterable<number>];

/** A document with one of the columns of its changes in place of another, and none for operations. */
function withColumn(document: DocumentChunk, ...[wanted, bytes]: Column): DocumentChunk {
  const cursor = new ByteCursor(document.body, document.columnsAt);
  const list = new ColumnList();
  list.read(cursor);
  new ColumnList().read(cursor);
  const columns = Array.from({ length: list.count }, (_, index): Column => {
    const specification = list.specifications[index] ?? 0;
    const stored = cursor.take(list.lengths[index] ?? 0);
    return [specification, specification === wanted ? bytes : stored];
  });
  const announced = columns.flatMap(([specification, { length }]) => [
    ...leb128(specification),
    ...leb128(length),
  ]);
  const contents = columns.flatMap(([, content]) => [...content]);
  return { ...document, body: Uint8Array.of(list.count, ...announced, 0, ...contents), columnsAt: 0 };
}

function readWhole(bytes: Uint8Array): DocumentChunk {
  const document = readDocument(onlyChunk(bytes), budget);
  if (typeof document === 'string') throw new Error(document);
  return document;
}

test('a document is read with heads, actors and numbers, also where its columns are deflated', () => {
  const base = Automerge.from(
    { list: Array.from({ length: 500 }, (_, index) => (index * 7919) % 1000) },
    { actor: 'aa' },
  );
  const other = Automerge.change(Automerge.clone(base, { actor: 'bb' }), (draft) => void draft.list.push(1));
  const mine = Automerge.change(base, (draft) => void draft.list.push(2));
  const doc = Automerge.merge(mine, other);
  const bytes = Automerge.save(doc);
  expect(readWhole(bytes)).toMatchObject({
    heads: Automerge.getHeads(doc).toSorted(),
    actors: ['aa', 'bb'],
    changeCount: 3,
    operations: 503,
    bytes,
  });
});

test('a document of nothing has no changes', () => {
  const empty = readWhole(Automerge.save(Automerge.init()));
  expect(empty).toMatchObject({ heads: [], changeCount: 0, operations: 0 });
  expect(documentChanges(empty)?.count).toBe(0);
});

test('a document that costs more than its budget is refused before it is paid', () => {
  const run = signedLeb128(1_500_000);
  expect(readDocument(onlyChunk(craftDocument([0x01, [0x7f, 0]], [0x42, [...run, 1]])), budget)).toBe(
    'too much',
  );
  const bomb = craftDocument([0x01, [0x7f, 0]], ...textColumns(new Uint8Array(2 ** 21)));
  expect(readDocument(onlyChunk(bomb), budget)).toBe('too much');
  const manyBytes = { ...budget, inflatedBytes: 2 ** 30 };
  // A run of 2^21 values is not gone through to see that there are too many, or are not there.
  const literals = [0x4a, deflateRawSync(Uint8Array.of(0x80, 0x80, 0x80, 0x7f, 1))] as const;
  expect(readDocument(onlyChunk(craftDocument([0x01, [0x7f, 0]], literals)), manyBytes)).toBe('too much');
});

test('a text that is not as large as it is said to be is seen before anybody inflates it', () => {
  const text = new Uint8Array(2 ** 21);
  const read = (columns: readonly Column[], inflatedBytes = 2 ** 20): unknown =>
    readDocument(onlyChunk(craftDocument([0x01, [0x7f, 0]], ...columns)), { ...budget, inflatedBytes });
  // Less than what cannot be deflated at all, more than anything can be.
  expect(read(textColumns(text, 100))).toBe('broken');
  expect(read(textColumns(text, 2 ** 22))).toBe('broken');
  expect(read([[0x5f, deflateRawSync(text)]])).toBe('broken');
  const lie = textColumns(text, 200_000);
  expect(read(lie)).toBeObject();
  const isTrue = (columns: readonly Column[]): boolean =>
    isAsLargeAsClaimed(onlyChunk(craftDocument([0x01, [0x7f, 0]], ...columns)));
  expect(isTrue(lie)).toBe(false);
  expect(isTrue(textColumns(text))).toBe(true);
  expect(isTrue([[0x5f, Uint8Array.of(7, 7, 7)]])).toBe(false);
});

test('a quarter of what may be inflated is free; the rest is for chunks that are not made of almost nothing', () => {
  const textOf = (bytes: Uint8Array): Uint8Array => craftDocument([0x01, [0x7f, 0]], ...textColumns(bytes));
  const random = seededRandom(1);
  const words = Uint8Array.from({ length: 2 ** 19 }, () => 97 + Math.floor(random() * 16));
  expect(readDocument(onlyChunk(textOf(words)), budget)).toBeObject();
  expect(readDocument(onlyChunk(textOf(new Uint8Array(2 ** 17))), budget)).toBeObject();
  expect(readDocument(onlyChunk(textOf(new Uint8Array(2 ** 19))), budget)).toBe('too much');
});

test('a document with more actors, heads or runs than there can be is refused before they are read', () => {
  const read = (body: ArrayLike<number>): unknown =>
    readDocument(onlyChunk(craftChunk(0, Uint8Array.from(body))), budget);
  expect(read([...leb128(100_001), ...new Uint8Array(100_001), 0, 0, 0])).toBe('too much');
  expect(read([...leb128(1), ...leb128(257), ...new Uint8Array(257), 0, 0, 0])).toBe('too much');
  expect(read([0, ...leb128(10_001), ...new Uint8Array(10_001 * 32), 0, 0])).toBe('too much');
  const runsOfNothing = craftDocument([0x01, [0x7f, 0]], [0x42, new Uint8Array(2_000)]);
  expect(readDocument(onlyChunk(runsOfNothing), { ...budget, operations: 999 })).toBe('too much');
  expect(readDocument(onlyChunk(runsOfNothing), { ...budget, operations: 1_000 })).toBeObject();
});

test('a document with another checksum, or cut off inside, is broken', () => {
  const bytes = Automerge.save(Automerge.from({ a: 1 }));
  expect(readDocument(onlyChunk(bytes.with(6, (bytes[6] ?? 0) ^ 1)), budget)).toBe('broken');
  const { body } = onlyChunk(bytes);
  for (let length = 0; length < body.length - 1; length += 1) {
    const cut = readDocument(onlyChunk(craftChunk(0, body.subarray(0, length))), budget);
    // The place of each head may be left out.
    expect(cut === 'broken' || typeof cut === 'object').toBe(true);
    if (length < body.length - 2) expect(cut).toBe('broken');
  }
});

test('changes that depend on later ones, on none there is, or are of nobody, are not given', () => {
  const document = readWhole(
    Automerge.save(Automerge.change(Automerge.from({ a: 1 }), (draft) => void (draft.a = 2))),
  );
  expect(documentChanges(document)?.dependencies).toEqual(Uint32Array.of(0));
  expect(documentChanges(withColumn(document, 0x43, [0x7f, 1]))).toBeUndefined();
  expect(documentChanges(withColumn(document, 0x43, [0x7f, 0x7f]))).toBeUndefined();
  expect(documentChanges(withColumn(document, 0x40, [2, 1]))).toBeUndefined();
  expect(documentChanges(withColumn(document, 0x01, [2, 1]))).toBeUndefined();
  expect(documentChanges(withColumn(document, 0x01, [0x7f, 0]))).toBeUndefined();
});

test('no bytes make the reader throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (body) => {
      const document = readDocument(onlyChunk(craftChunk(0, body)), budget);
      if (typeof document === 'object') documentChanges(document);
    }),
    { numRuns: 2_000 },
  );
});
