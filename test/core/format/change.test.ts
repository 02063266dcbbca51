import { describe, expect, test } from 'bun:test';
import { deflateRawSync } from 'node:zlib';
import * as Automerge from '@automerge/automerge';
import { readChange, type Change } from '../../../src/core/format/change.ts';
import { ChunkMeter } from '../../../src/core/format/cost.ts';
import { referredOperations } from '../../../src/core/format/referred-operations.ts';
import { craftChange, partsOf, type ChangeParts } from '../../support/change-parts.ts';
import { onlyChunk } from '../../support/chunks.ts';
import { craftChunk, leb128, signedLeb128 } from '../../support/crafted-sync.ts';

const budget = { inflatedBytes: 2 ** 20, operations: 2_000_000 };

interface Note extends Record<string, unknown> {
  readonly text: string;
}

const first = Automerge.from<Note>({ text: 'some words' }, { actor: 'aa' });
const second = Automerge.change(
  Automerge.clone(first, { actor: 'bb' }),
  { message: 'why', time: 1_700_000_000 },
  (draft) => {
    draft['key'] = new Automerge.ImmutableString('valué');
    Automerge.splice(draft, ['text'], 5, 2, 'x');
  },
);

function lastChange(doc: Automerge.Doc<unknown>): Uint8Array {
  const change = Automerge.getLastLocalChange(doc);
  if (!change) throw new Error('nothing was changed');
  return change;
}

const edit = lastChange(second);

function read(bytes: Uint8Array): Change | string {
  return readChange(onlyChunk(bytes), budget);
}

function readWhole(bytes: Uint8Array): Change {
  const change = read(bytes);
  if (typeof change === 'string') throw new Error(change);
  return change;
}

/** What is said of the edit when its parts are other ones. */
function said(change: (parts: ChangeParts) => void): string | Change {
  const parts = partsOf(onlyChunk(edit).body);
  change(parts);
  return read(craftChange(parts));
}

/** The same with the bytes of one column. */
function saidOfColumn(specification: number, bytes: readonly number[]): string | Change {
  return said(({ columns }) => {
    const others = columns.filter((column) => column.specification !== specification);
    columns.splice(0, columns.length, ...others, { specification, bytes: [...bytes] });
    columns.sort((one, other) => one.specification - other.specification);
  });
}

describe('a change', () => {
  test('is read with all that its header says', () => {
    const [hash] = Automerge.getHeads(second);
    expect(read(edit)).toMatchObject({
      hash,
      dependencies: Automerge.getHeads(first),
      actor: 'bb',
      otherActors: ['aa'],
      seq: 1,
      message: 'why',
      time: 1_700_000_000,
      operations: 4,
      bytes: edit,
    });
    expect(readWhole(edit).maxOp).toBe(readWhole(edit).startOp + 3);
  });

  test('is the same when it is compressed, and keeps the bytes it came as', () => {
    const body = deflateRawSync(onlyChunk(edit).body);
    const compressed = Uint8Array.from([...edit.subarray(0, 8), 2, ...leb128(body.length), ...body]);
    expect(readWhole(compressed).hash).toBe(readWhole(edit).hash);
    expect(readWhole(compressed).bytes).toBe(compressed);
  });

  test('tells whose operations it refers to, but for its own', () => {
    const referred: string[] = [];
    referredOperations(readWhole(edit), (actor, counter, reference) =>
      referred.push(`${reference} ${counter}@${actor}`),
    );
    expect(new Set(referred)).toEqual(
      new Set([
        'object 1@aa',
        'element 6@aa',
        'element 7@aa',
        'element 8@aa',
        'predecessor 7@aa',
        'predecessor 8@aa',
      ]),
    );
  });

  test('taken apart and put together is itself, which the tests below rely on', () => {
    expect(said(() => undefined)).toMatchObject({ hash: readWhole(edit).hash });
  });

  test('may have bytes behind its columns that mean nothing', () => {
    expect(said((parts) => void (parts.extra = Uint8Array.of(1, 2, 3)))).toMatchObject({ operations: 4 });
    expect(said((parts) => void (parts.extra = new Uint8Array(70_000)))).toStartWith(
      'unsound: it has too much',
    );
  });
});

describe('a change is refused', () => {
  test('with another checksum', () => {
    expect(read(edit.with(5, (edit[5] ?? 0) ^ 1))).toBe('broken');
  });

  test('where it is a whole document', () => {
    expect(read(Automerge.save(first))).toBe('broken');
  });

  test('that inflates to more than its budget, or to nothing', () => {
    const bomb = new Uint8Array(deflateRawSync(new Uint8Array(2 ** 21)));
    expect(read(craftChunk(2, bomb))).toBe('too much');
    expect(read(craftChunk(2, Uint8Array.of(7, 7, 7)))).toBe('too much');
  });

  test('where many that are small each cost too much together', () => {
    const meter = new ChunkMeter(budget);
    const half = craftChunk(2, new Uint8Array(deflateRawSync(new Uint8Array(140_000))));
    expect(readChange(onlyChunk(half), meter)).toBe('broken');
    expect(readChange(onlyChunk(half), meter)).toBe('too much');
  });

  test('with more operations than its bytes allow, in one run', () => {
    expect(saidOfColumn(0x42, [...signedLeb128(1_000_000), 1])).toBe('too much');
    expect(saidOfColumn(0x71, [...signedLeb128(2 ** 40), 1])).toBe('too much');
  });

  test.each<[string, (parts: ChangeParts) => unknown]>([
    ['its numbers are none', (parts) => (parts.seq = 0)],
    ['its numbers are none', (parts) => (parts.startOp = 0)],
    ['its counters are larger', (parts) => (parts.startOp = 2 ** 32)],
    ['its message is no UTF-8', (parts) => (parts.message = Uint8Array.of(0xff))],
    ['it names a dependency twice', (parts) => parts.dependencies.push(...parts.dependencies)],
    ['its actors are not in order', (parts) => parts.otherActors.push(Uint8Array.of(0x11))],
    ['its actors are not in order', (parts) => parts.otherActors.push(parts.actor)],
    ['it names an actor that it does not refer to', (parts) => parts.otherActors.push(Uint8Array.of(0xcc))],
    ['an operation is of an actor that is not named', (parts) => parts.otherActors.pop()],
    ['its columns are not in order', (parts) => (parts.columns = parts.columns.toReversed())],
    [
      'a column that Automerge does not write',
      ({ columns }) => columns.push({ specification: 0x7f2, bytes: [4, 1] }),
    ],
    ['an operation refers to a later one', (parts) => (parts.startOp = 5)],
  ])('because %s', (reason, change) => {
    const refusal = said(change);
    expect(refusal).toStartWith('unsound: ');
    expect(refusal).toContain(reason);
  });

  // The four operations: set a key, insert a character, remove two.
  test.each<[string, number, readonly number[], string]>([
    ['a run of one', 0x42, [1, 1, 0x7f, 1, 2, 3], 'unsound: a column has its runs in pieces'],
    ['a list in two pieces', 0x42, [0x7f, 1, 0x7f, 1, 2, 3], 'unsound: a column has its runs in pieces'],
    ['a repeated number', 0x42, [0x7c, 1, 1, 3, 3], 'unsound: a column repeats a number'],
    ['a repeated text', 0x15, [0x7e, 1, 97, 1, 97, 0, 2], 'unsound: a column repeats a text'],
    ['too few rows', 0x34, [1, 1], 'broken'],
    ['too many rows', 0x34, [1, 1, 3], 'unsound: a column has more rows than others'],
    ['a run of nothing', 0x34, [1, 1, 0, 2], 'unsound: a column has an empty run'],
    ['no nulls', 0x15, [0x7f, 1, 97, 0, 0], 'unsound: a column has an empty run'],
    ['nothing but nulls', 0xa5, [0, 4], 'unsound: a column holds nothing but nulls'],
    ['nothing but false', 0x94, [4], 'unsound: a column holds nothing'],
    ['a later action', 0x42, [2, 1, 2, 8], 'unsound: an operation does what Automerge does not know'],
    ['an overlong number', 0x42, [0x82, 0, 1, 2, 3], 'broken'],
    ['an unnamed actor', 0x71, [2, 2], 'unsound: an operation is of an actor that is not named'],
    ['values cut off', 0x57, [118], 'broken'],
    [
      'too many values',
      0x57,
      [118, 97, 108, 117, 0xc3, 0xa9, 120, 0],
      'unsound: it has more values than operations',
    ],
    ['a text that is none', 0x57, [118, 97, 108, 117, 0xff, 0xa9, 120], 'unsound: a text is no UTF-8'],
  ])('with a column of %s', (_, specification, bytes, refusal) => {
    expect(saidOfColumn(specification, bytes)).toBe(refusal);
  });
});

test('an operation of the change itself must be what a later one takes it for', () => {
  const made = lastChange(
    Automerge.change(first, (draft) => {
      draft['list'] = [1];
      draft['map'] = { deep: 1 };
    }),
  );
  expect(read(made)).toMatchObject({ operations: 4 });
  const parts = partsOf(onlyChunk(made).body);
  const actions = parts.columns.find(({ specification }) => specification === 0x42);
  if (!actions) throw new Error('a change has actions');
  // A list, a value in it, a map, a value in it; then a map and a list.
  expect(actions.bytes).toEqual([0x7c, 2, 1, 0, 1]);
  actions.bytes = [0x7c, 0, 1, 2, 1];
  expect(read(craftChange(parts))).toBe('unsound: an object has keys of another kind');
  actions.bytes = [4, 1];
  expect(read(craftChange(parts))).toBe('unsound: an object is none');
});
