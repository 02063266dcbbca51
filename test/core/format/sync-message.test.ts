import { describe, expect, test } from 'bun:test';
import * as Automerge from '@automerge/automerge';
import * as fc from 'fast-check';
import { BloomFilter } from '../../../src/core/format/bloom-filter.ts';
import {
  decodeSyncMessage,
  encodeSyncMessage,
  type SyncMessage,
} from '../../../src/core/format/sync-message.ts';
import { craftMessage, leb128 } from '../../support/crafted-sync.ts';

const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => bytes.toHex());
const hashes = fc.uniqueArray(hash, { maxLength: 4 }).map((list) => list.toSorted());

function decode(bytes: Uint8Array): SyncMessage {
  const message = decodeSyncMessage(bytes);
  if ('kind' in message) throw new Error(message.reason);
  return message;
}

function filterOf(bytes: Uint8Array): BloomFilter {
  const filter = BloomFilter.decode(bytes);
  if (typeof filter === 'string') throw new Error(filter);
  return filter;
}

/** What Automerge says of a message beyond its own types. */
type FlaggedMessage = Automerge.DecodedSyncMessage & {
  readonly type?: 'v1' | 'v2';
  readonly supportedCapabilities?: readonly string[];
};

/** A message as Automerge's own decoder sees it, in the words of ours. */
function asAutomergeSees(bytes: Uint8Array): SyncMessage {
  const message: FlaggedMessage = Automerge.decodeSyncMessage(bytes);
  const said: ReadonlySet<string> = new Set(message.supportedCapabilities);
  return {
    version: message.type === 'v2' ? 2 : 1,
    heads: message.heads,
    need: message.need,
    have: message.have.map(({ lastSync, bloom }) => ({ lastSync, bloom: filterOf(bloom) })),
    changes: message.changes,
    capabilities: {
      takesVersion2: message.supportedCapabilities !== undefined,
      takesReset: said.has('supports-sync-reset'),
    },
    flags: { isReset: said.has('sync-reset'), isReadOnly: said.has('read-only') },
  };
}

/** All messages of two documents that share a part of their history, until they agree. */
function conversation(shared: number, left: number, right: number): readonly Uint8Array[] {
  const edit = (doc: Automerge.Doc<{ n: number }>, times: number): Automerge.Doc<{ n: number }> =>
    times === 0
      ? doc
      : edit(
          Automerge.change(doc, (draft) => {
            draft.n += 1;
          }),
          times - 1,
        );
  const common = edit(Automerge.from({ n: 0 }), shared);
  const sides = [edit(Automerge.clone(common), left), edit(Automerge.clone(common), right)].map((doc) => ({
    doc,
    state: Automerge.initSyncState({ readOnly: left === right }),
  }));
  const messages: Uint8Array[] = [];
  for (let turn = 0; turn < 20; turn += 1) {
    const [speaker, listener] = turn % 2 === 0 ? sides : sides.toReversed();
    if (!speaker || !listener) break;
    const [state, message] = Automerge.generateSyncMessage(speaker.doc, speaker.state);
    speaker.state = state;
    if (!message) continue;
    messages.push(message);
    [listener.doc, listener.state] = Automerge.receiveSyncMessage(listener.doc, listener.state, message);
  }
  return messages;
}

describe('a message of Automerge is read as Automerge reads it', () => {
  test('between documents of any history', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.nat(20), fc.nat(6), fc.nat(6), (shared, left, right) => {
        for (const bytes of conversation(shared, left, right)) {
          const message = decode(bytes);
          expect(message).toEqual(asAutomergeSees(bytes));
          seen.add(`version ${message.version}`).add(message.flags.isReadOnly ? 'read-only' : 'writing');
          if (message.need.length > 0) seen.add('need');
        }
      }),
      { numRuns: 40, examples: [[3, 2, 2]] },
    );
    expect([...seen].toSorted()).toEqual(
      expect.arrayContaining(['read-only', 'version 1', 'version 2', 'writing']),
    );
  });

  test('with anything in it, several haves and changes included', () => {
    const filter = fc
      .uniqueArray(fc.nat(255), { maxLength: 5 })
      .map((bits) => (bits.length === 0 ? new Uint8Array() : Uint8Array.from([bits.length, 8, 7, ...bits])));
    const capability = fc.constantFrom('sync-reset', 'read-only', 'supports-sync-reset', 'message-v2');
    const message = fc.record(
      {
        type: fc.constantFrom('v1', 'v2'),
        heads: hashes,
        need: hashes,
        have: fc.array(fc.record({ lastSync: hashes, bloom: filter }), { maxLength: 3 }),
        changes: fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 4 }),
        supportedCapabilities: fc.uniqueArray(capability),
      },
      { requiredKeys: ['type', 'heads', 'need', 'have', 'changes'], noNullPrototype: true },
    );
    fc.assert(
      fc.property(message, (one) => {
        const bytes = Automerge.encodeSyncMessage(one);
        expect(decode(bytes)).toEqual(asAutomergeSees(bytes));
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ['without entries', [0, 10, 7, 73, 223]],
    ['with entries', [1, 10, 7, 255, 255, 1, 2, 3]],
  ])('with more behind a Bloom filter %s', (_, bloom) => {
    const bytes = craftMessage({ bloom });
    expect(decode(bytes)).toEqual(asAutomergeSees(bytes));
  });

  const endings: readonly (readonly [name: string, ending: readonly number[]])[] = [
    ['no flags', []],
    ['an empty list of flags', [0]],
    ['the capabilities of Automerge 2.2', [2, 1, 2]],
    ['flags that nobody knows', [3, 9, 0x88, 0x81]],
    ['flags in two bytes', [2, 0x82, 0x84]],
    ['more behind the flags', [2, 2, 0x84, 1, 2, 3]],
  ];
  test.each(endings)('with %s', (_, ending) => {
    const bytes = Uint8Array.from([0x42, 0, 0, 0, 0, ...ending]);
    expect(decode(bytes)).toEqual(asAutomergeSees(bytes));
  });
});

describe('a message of ours is read by Automerge as it was meant', () => {
  test('whatever is in it', () => {
    const outgoing = fc.record(
      {
        heads: fc.uniqueArray(hash, { maxLength: 4 }),
        need: hashes,
        have: fc.array(fc.record({ lastSync: hashes }), { maxLength: 3 }),
        changes: fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 4 }),
        isReadOnly: fc.boolean(),
      },
      { requiredKeys: ['heads', 'need', 'have', 'changes'] },
    );
    fc.assert(
      fc.property(outgoing, (message) => {
        const bytes = encodeSyncMessage(message);
        const { heads, need, have, changes, isReadOnly = false } = message;
        const meant: SyncMessage = {
          version: changes.length > 0 ? 2 : 1,
          heads: heads.toSorted(),
          need,
          have: have.map(({ lastSync }) => ({ lastSync, bloom: BloomFilter.empty })),
          changes: changes.length > 0 ? [new Uint8Array(Buffer.concat(changes))] : [],
          capabilities: { takesVersion2: true, takesReset: true },
          flags: { isReset: false, isReadOnly },
        };
        expect(asAutomergeSees(bytes)).toEqual(meant);
        expect(decode(bytes)).toEqual(meant);
      }),
      { numRuns: 300 },
    );
  });

  test('and is what Automerge itself would write', () => {
    const [, theirs] = Automerge.generateSyncMessage(Automerge.init(), Automerge.initSyncState());
    const ours = encodeSyncMessage({ heads: [], need: [], have: [{ lastSync: [] }], changes: [] });
    expect(ours).toEqual(theirs ?? new Uint8Array());
    expect(ours.toHex()).toBe('42000001000000020284');
  });

  test('so that documents reach an Automerge that has nothing', () => {
    const doc = Automerge.from({ greeting: 'hello', list: [1, 2, 3] });
    const heads = Automerge.getHeads(doc);
    const bytes = encodeSyncMessage({
      heads,
      need: [],
      have: [{ lastSync: [] }],
      changes: Automerge.getAllChanges(doc),
    });
    const [received] = Automerge.receiveSyncMessage(Automerge.init(), Automerge.initSyncState(), bytes);
    expect(Automerge.getHeads(received)).toEqual(heads);
  });
});

describe('a message is refused', () => {
  const cases: readonly (readonly [name: string, bytes: readonly number[], kind: string])[] = [
    ['of another type', [0x44, 0, 0, 0, 0], 'malformed'],
    ['without anything', [], 'malformed'],
    ['with heads it does not have', [0x42, 5, 1, 2, 3], 'malformed'],
    ['with a count beyond all numbers', [0x42, ...Array.from({ length: 12 }, () => 0xff)], 'malformed'],
    ['with flags that are cut off', [0x42, 0, 0, 0, 0, 5, 2], 'malformed'],
    ['with a change that is cut off', [0x42, 0, 0, 0, 1, 9, 1, 2], 'malformed'],
    ['with a Bloom filter without bits', [...craftMessage({ bloom: [1, 0, 7] })], 'malformed'],
    ['with a Bloom filter that is cut off', [...craftMessage({ bloom: [100, 10, 7, 1] })], 'malformed'],
    [
      'with a Bloom filter of endless probes',
      [...craftMessage({ bloom: [1, 10, ...leb128(2 ** 32 - 1), 255, 255] })],
      'too large',
    ],
    ['with needs for a million changes', [0x42, 0, ...leb128(1_000_000)], 'too large'],
    ['that says a thousand times what it has', [0x42, 0, 0, ...leb128(1_000)], 'too large'],
    ['of a million changes of nothing', [0x42, 0, 0, 0, ...leb128(1_000_000)], 'too large'],
  ];
  test.each(cases)('%s', (_, bytes, kind) => {
    expect(decodeSyncMessage(Uint8Array.from(bytes))).toMatchObject({ kind });
  });
});

test('no bytes at all make decoding throw, and what both read, both read alike', () => {
  const honest = conversation(6, 2, 3);
  const mutated = fc
    .tuple(
      fc.constantFrom(...honest),
      fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 4 }),
      fc.nat(400),
    )
    .map(([message, edits, length]) => {
      const bytes = Uint8Array.from(message);
      for (const [at, byte] of edits) bytes[at % bytes.length] = byte;
      return bytes.subarray(0, edits.length > 2 ? length : bytes.length);
    });
  fc.assert(
    fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 100 })), (bytes) => {
      const message = decodeSyncMessage(bytes);
      let theirs: SyncMessage;
      try {
        theirs = asAutomergeSees(bytes);
      } catch {
        return;
      }
      if ('kind' in message) expect(message.kind).toBe('too large');
      else expect(message).toEqual(theirs);
    }),
    { numRuns: 2_000 },
  );
});
