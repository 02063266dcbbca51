import { describe, expect, test } from 'bun:test';
import * as Automerge from '@automerge/automerge';
import * as fc from 'fast-check';
import { Failure } from '../../../src/core/failure.ts';
import { refuseCostlyMessage } from '../../../src/core/sync/message-cost.ts';
import { craftChunk, craftMessage, leb128, signedLeb128 } from '../../support/crafted-sync.ts';

const budget = { inflatedBytes: 64 * 2 ** 20, operations: 8_000_000 };

/** The code this message is refused with. */
function refusal(message: Uint8Array): string | undefined {
  try {
    refuseCostlyMessage(message, budget);
    return undefined;
  } catch (error) {
    if (error instanceof Failure) return error.code;
    throw error;
  }
}

/** A change of so many operations of one kind: one run, a few bytes. */
function run(operations: number): Uint8Array {
  const [noDependency, actor, seq, startOp, time, message, otherActors] = [0, [1, 7], 1, 1, 0, 0, 0];
  const column = [...signedLeb128(operations), 1];
  const columns = [1, 0x42, column.length, ...column];
  const body = [noDependency, ...actor, seq, startOp, time, message, otherActors, ...columns];
  return craftChunk(1, Uint8Array.from(body));
}

function exchange(doc: Automerge.Doc<unknown>): readonly Uint8Array[] {
  const messages: Uint8Array[] = [];
  let [here, there] = [doc, Automerge.init()];
  let [hereState, thereState] = [Automerge.initSyncState(), Automerge.initSyncState()];
  for (let round = 0; round < 5; round++) {
    const [nextHere, toThere] = Automerge.generateSyncMessage(here, hereState);
    hereState = nextHere;
    if (toThere) [there, thereState] = Automerge.receiveSyncMessage(there, thereState, toThere);
    const [nextThere, toHere] = Automerge.generateSyncMessage(there, thereState);
    thereState = nextThere;
    if (toHere) [here, hereState] = Automerge.receiveSyncMessage(here, hereState, toHere);
    messages.push(...[toThere, toHere].filter((message) => message !== undefined && message !== null));
  }
  expect(Automerge.getHeads(there)).toEqual(Automerge.getHeads(doc));
  return messages;
}

describe('what clients send is taken', () => {
  const value = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.string(),
      fc.integer(),
      fc.double({ noNaN: true }),
      fc.boolean(),
      fc.constant(null),
      fc.uint8Array(),
      fc.date({ noInvalidDate: true }),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), tie('value'), { maxKeys: 4, noNullPrototype: true }),
    ),
  })).value;
  const content = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), value, {
    minKeys: 1,
    maxKeys: 6,
    noNullPrototype: true,
  });

  test('whatever is in the document', () => {
    fc.assert(
      fc.property(content, fc.array(content, { maxLength: 6 }), (first, edits) => {
        let doc = Automerge.from(first);
        for (const edit of edits) {
          doc = Automerge.change(doc, { message: 'an edit' }, (draft) => Object.assign(draft, edit));
        }
        expect(exchange(doc).flatMap((message) => refusal(message) ?? [])).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test('also a long text that was written, marked and deleted at once', () => {
    let doc = Automerge.from({ text: 'x'.repeat(20_000) });
    doc = Automerge.change(doc, (draft) =>
      Automerge.mark(draft, ['text'], { start: 0, end: 9, expand: 'both' }, 'bold', true),
    );
    doc = Automerge.change(doc, (draft) => Automerge.splice(draft, ['text'], 0, 20_000));
    expect(exchange(doc).flatMap((message) => refusal(message) ?? [])).toEqual([]);
    expect(refusal(craftMessage({ chunks: [Automerge.save(doc)] }))).toBeUndefined();
  });
});

describe('a message is refused before Automerge sees it', () => {
  test('with a million operations in a hundred bytes', () => {
    const bomb = run(1_000_000);
    expect(bomb.length).toBeLessThan(50);
    expect(refusal(craftMessage({ chunks: [bomb] }))).toBe('PayloadTooLarge');
    expect(refusal(craftMessage({ chunks: [run(1_000)] }))).toBeUndefined();
  });

  test('with bombs that are small each', () => {
    const bomb = run(400_000);
    expect(refusal(craftMessage({ chunks: [bomb] }))).toBeUndefined();
    expect(refusal(craftMessage({ chunks: [bomb, bomb] }))).toBe('PayloadTooLarge');
  });

  test('with a change that inflates to more than the limit', () => {
    const deflated = Bun.deflateSync(new Uint8Array(80 * 2 ** 20), { windowBits: -15 });
    expect(refusal(craftMessage({ chunks: [craftChunk(2, deflated)] }))).toBe('PayloadTooLarge');
  });

  const strange: readonly (readonly [name: string, message: readonly number[], code: string])[] = [
    ['of another type', [0x44, 0, 0, 0, 0], 'ProtocolViolation'],
    ['with needs for a million changes', [0x42, 0, ...leb128(1_000_000)], 'PayloadTooLarge'],
    [
      'with a chunk of an unknown kind',
      [...craftMessage({ chunks: [craftChunk(9, new Uint8Array(3))] })],
      'ProtocolViolation',
    ],
  ];
  test.each(strange)('%s', (_, message, code) => {
    expect(refusal(Uint8Array.from(message))).toBe(code);
  });
});

test('no bytes at all make it fail in another way', () => {
  const honest = craftMessage({ chunks: [Automerge.save(Automerge.from({ a: 1, b: ['c', true] }))] });
  const mutated = fc
    .array(fc.tuple(fc.nat(honest.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
    .map((edits) => {
      const bytes = Uint8Array.from(honest);
      for (const [at, byte] of edits) bytes[at] = byte;
      return bytes;
    });
  fc.assert(
    fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 100 })), (bytes) => {
      expect([undefined, 'ProtocolViolation', 'PayloadTooLarge']).toContain(refusal(bytes));
    }),
    { numRuns: 2_000 },
  );
});
