import { expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { TailBlocks } from '../../../src/core/store/tail-blocks.ts';
import { encodeTailHeader, tailHeaderBytes } from '../../../src/core/store/tail-header.ts';
import { blockBytes, type TailChange } from '../../../src/core/store/tail-record.ts';
import { recoverTail } from '../../../src/core/store/tail-recovery.ts';

const limitBytes = 64 * blockBytes;
const salt = 0x1234567890abcdefn;

interface Written {
  readonly file: Buffer;
  readonly batches: readonly (readonly TailChange[])[];
  /** The file before the last batch. */
  readonly before: Buffer;
  /** Where that was written. */
  readonly last: { readonly offset: number; readonly end: number };
}

const change = fc.record({
  document: fc.integer({ min: 1, max: 5 }),
  sizeBytes: fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 1024 })),
  heads: fc.constantFrom(undefined, 32, 32, 96, 1024),
});
const batches = fc.array(fc.array(change, { minLength: 1, maxLength: 40 }), { minLength: 1, maxLength: 6 });
/** What lay in the file before, nothing or batches with another salt; and what is written over it. */
const plan = fc.record({ older: fc.option(batches), newer: batches, seed: fc.integer() });

function carryOut({
  older,
  newer,
  seed,
}: {
  readonly older: Shape[][] | null;
  readonly newer: Shape[][];
  readonly seed: number;
}): Written {
  const file = Buffer.alloc(limitBytes);
  if (older) write(file, older, salt + 1n, seed);
  return write(file, newer, salt, seed + 1);
}

function write(file: Buffer, shapes: readonly (readonly Shape[])[], withSalt: bigint, seed: number): Written {
  encodeTailHeader(withSalt).copy(file);
  const blocks = new TailBlocks(withSalt, { fromBytes: tailHeaderBytes, limitBytes });
  const sequences = new Map<number, number>();
  const laid: TailChange[][] = [];
  let before = Buffer.from(file);
  let last = { offset: 0, end: 0 };
  for (const shapesOfBatch of shapes) {
    const changes = shapesOfBatch.map((shape) => toChange(shape, sequences, seed));
    const { bytes, offset } = blocks.lay(changes) ?? {};
    if (bytes === undefined || offset === undefined) break;
    before = Buffer.from(file);
    bytes.copy(file, offset);
    last = { offset, end: offset + bytes.length };
    blocks.keep();
    laid.push(changes);
  }
  return { file, batches: laid, before, last };
}

type Shape = { readonly document: number; readonly sizeBytes: number; readonly heads: number | undefined };

function toChange(shape: Shape, sequences: Map<number, number>, seed: number): TailChange {
  const sequence = (sequences.get(shape.document) ?? 0) + 1;
  sequences.set(shape.document, sequence);
  const filled = (length: number): Uint8Array => new Uint8Array(length).fill((sequence + seed) & 0xff);
  return {
    id: shape.document * 2 ** 20 + sequence,
    heads: shape.heads === undefined ? undefined : filled(shape.heads),
    changedAt: sequence,
    bytes: filled(shape.sizeBytes),
  };
}

function intact(changes: readonly (readonly TailChange[])[]) {
  return changes.flat().map((one) => ({ id: one.id, change: one }));
}

function plain(file: Buffer) {
  const { changes, unknownCount } = recoverTail(file, salt);
  return { changes: changes.map(({ id, change: found }) => ({ id, change: found })), unknownCount };
}

test('what was written is read, whatever lay in the file before', () => {
  fc.assert(
    fc.property(plan, (planned) => {
      const { file, batches: all } = carryOut(planned);
      expect(plain(file)).toEqual({ changes: intact(all), unknownCount: 0 });
    }),
  );
});

test('a record begins in the block it ends in, and a lone one touches no other', () => {
  const blocks = new TailBlocks(salt, { fromBytes: tailHeaderBytes, limitBytes });
  for (let sequence = 0; sequence < 500; sequence += 1) {
    const one = {
      id: 2 ** 20 + sequence,
      heads: new Uint8Array(32),
      changedAt: 0,
      bytes: new Uint8Array(124),
    };
    const { bytes, offset } = blocks.lay([one]) ?? expect.unreachable();
    blocks.keep();
    expect(Math.floor(offset / blockBytes)).toBe(Math.floor((offset + bytes.length - 1) / blockBytes));
  }
});

test('of the last batch all is there or nothing, whichever of its blocks reached the disk', () => {
  fc.assert(
    fc.property(plan, fc.infiniteStream(fc.boolean()), (planned, reached) => {
      const { file, before, batches: all, last } = carryOut(planned);
      const torn = Buffer.from(before);
      let isWhole = true;
      for (let at = last.offset; at < last.end;) {
        const end = Math.min(last.end, (Math.floor(at / blockBytes) + 1) * blockBytes);
        const isThere = reached.next().value === true;
        if (isThere) file.copy(torn, at, at, end);
        isWhole &&= isThere;
        at = end;
      }
      const expected = isWhole ? all : all.slice(0, -1);
      expect(plain(torn)).toEqual({ changes: intact(expected), unknownCount: 0 });
    }),
  );
});

test('a file that is cut off anywhere within its last batch has all batches before it', () => {
  fc.assert(
    fc.property(plan, fc.double({ min: 0, max: 1, noNaN: true }), (planned, part) => {
      const { file, batches: all, last } = carryOut(planned);
      const cut = last.offset + Math.floor((last.end - last.offset) * part);
      const expected = cut === last.end ? all : all.slice(0, -1);
      expect(plain(file.subarray(0, cut))).toEqual({ changes: intact(expected), unknownCount: 0 });
    }),
  );
});

test('a byte that turned in the only batch costs one change, and is told', () => {
  const blocks = new TailBlocks(salt, { fromBytes: tailHeaderBytes, limitBytes });
  const changes = Array.from({ length: 11 }, (_, index) => ({
    id: 2 ** 20 + index,
    heads: new Uint8Array(32),
    changedAt: index,
    bytes: new Uint8Array(124).fill(index),
  }));
  const { bytes, offset } = blocks.lay(changes) ?? expect.unreachable();
  const file = Buffer.concat([encodeTailHeader(salt), bytes]);
  const recordBytes = bytes.length / changes.length;
  const headOfLast = file.length - recordBytes - 32;
  for (let at = offset; at < headOfLast; at += 1) {
    const damaged = Buffer.from(file);
    damaged[at] = (damaged[at] ?? 0) ^ 1;
    const found = plain(damaged);
    expect(found.changes.length + found.unknownCount).toBe(11);
    expect(found.changes.filter(({ change: one }) => one !== undefined)).toHaveLength(10);
  }
});

/** What was acknowledged is there as it was, or said to be damaged; of the last batch nobody can say. */
function expectNothingSilent({ batches: all }: Written, damaged: Buffer): void {
  const { changes, unknownCount } = plain(damaged);
  const byId = new Map(all.flat().map((one) => [one.id, one]));
  for (const { id, change: found } of changes) {
    expect(byId.has(id)).toBe(true);
    if (found !== undefined) expect(found).toEqual(byId.get(id) ?? expect.unreachable());
  }
  const named = new Set(changes.map(({ id }) => id));
  const missing = all
    .slice(0, -1)
    .flat()
    .filter(({ id }) => !named.has(id));
  // Where the last batch is gone, the one before it was torn for all that is left.
  const beforeLast = new Set(all.at(-2)?.map(({ id }) => id));
  const isLastGone = !all.at(-1)?.some(({ id }) => named.has(id));
  const silent = isLastGone ? missing.filter(({ id }) => !beforeLast.has(id)) : missing;
  expect(silent.length).toBeLessThanOrEqual(unknownCount);
}

test('no flipped byte is silent, and none makes another change of one', () => {
  fc.assert(
    fc.property(plan, fc.nat(), fc.integer({ min: 1, max: 255 }), (planned, place, flip) => {
      const one = carryOut(planned);
      const damaged = Buffer.from(one.file);
      const at = place % one.last.end;
      damaged[at] = (damaged[at] ?? 0) ^ flip;
      expectNothingSilent(one, damaged);
    }),
    { numRuns: 500 },
  );
});

test('no block that is gone is silent, but for the newest', () => {
  fc.assert(
    fc.property(plan, fc.nat(), (planned, place) => {
      const one = carryOut(planned);
      const newest = Math.floor((one.last.end - 1) / blockBytes);
      if (newest === 0) return;
      const block = place % newest;
      const damaged = Buffer.from(one.file);
      damaged.fill(0, block * blockBytes, (block + 1) * blockBytes);
      expectNothingSilent(one, damaged);
    }),
    { numRuns: 500 },
  );
});

/** Batches of one change each, and where they end. */
function loneRecords(count: number): { readonly file: Buffer; readonly ends: readonly number[] } {
  const blocks = new TailBlocks(salt, { fromBytes: tailHeaderBytes, limitBytes });
  const file = Buffer.alloc(limitBytes);
  const ends = Array.from({ length: count }, (_, sequence) => {
    const bytes = new Uint8Array(124).fill(0x11);
    const one = { id: 2 ** 20 + sequence, heads: new Uint8Array(32).fill(0x22), changedAt: 0, bytes };
    const laid = blocks.lay([one]) ?? expect.unreachable();
    blocks.keep();
    laid.bytes.copy(file, laid.offset);
    return laid.offset + laid.bytes.length;
  });
  return { file, ends };
}

test('a block that is gone is told by name, where the next one is there', () => {
  const { file } = loneRecords(100);
  file.fill(0xa5, blockBytes, 2 * blockBytes);
  const { changes, unknownCount } = recoverTail(file, salt);
  expect(unknownCount).toBe(0);
  expect(changes.map(({ id }) => id - 2 ** 20)).toEqual(Array.from({ length: 100 }, (_, at) => at));
  expect(changes.filter((one) => one.change === undefined).length).toBeGreaterThan(15);
});

test('one record that is damaged is told by name, wherever it lies', () => {
  const { file, ends } = loneRecords(100);
  for (let place = 0; place < 98; place += 1) {
    for (const at of [ends[place - 1] ?? tailHeaderBytes, (ends[place] ?? 0) - 1]) {
      const damaged = Buffer.from(file);
      // Zeros lie between the last record of a block and the next.
      const found = damaged.subarray(at).findIndex((byte) => byte !== 0) + at;
      damaged[found] = (damaged[found] ?? 0) ^ 0x55;
      const { changes, unknownCount } = recoverTail(damaged, salt);
      expect(unknownCount).toBe(0);
      expect(changes.map(({ id }) => id - 2 ** 20)).toEqual(Array.from({ length: 100 }, (_, one) => one));
      expect(changes.findIndex((one) => one.change === undefined)).toBe(place);
    }
  }
});
