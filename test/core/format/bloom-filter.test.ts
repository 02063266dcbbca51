import { describe, expect, test } from 'bun:test';
import * as Automerge from '@automerge/automerge';
import * as fc from 'fast-check';
import { BloomFilter } from '../../../src/core/format/bloom-filter.ts';

type List = { list: number[] };

/** A document, and the hashes of its changes in the order they were made. */
function documentOf(changes: number): { doc: Automerge.Doc<List>; hashes: readonly string[] } {
  let doc = Automerge.from<List>({ list: [] });
  for (let n = 1; n < changes; n += 1) doc = Automerge.change(doc, ({ list }) => list.push(n));
  return { doc, hashes: Automerge.getAllChanges(doc).map((change) => Automerge.decodeChange(change).hash) };
}

/** The bytes of the filter that Automerge makes of all of a document's changes. */
function filterBytes(doc: Automerge.Doc<unknown>): Uint8Array {
  const [, message] = Automerge.generateSyncMessage(doc, Automerge.initSyncState());
  return Automerge.decodeSyncMessage(message ?? new Uint8Array()).have[0]?.bloom ?? new Uint8Array();
}

function decode(bytes: Uint8Array): BloomFilter {
  const filter = BloomFilter.decode(bytes);
  if (typeof filter === 'string') throw new Error(filter);
  return filter;
}

/** What Automerge sends of `hashes` to one who names nothing but this filter. */
function sentByAutomerge(doc: Automerge.Doc<unknown>, bloom: Uint8Array): ReadonlySet<string> {
  const asking = Automerge.encodeSyncMessage({
    heads: ['ff'.repeat(32)],
    need: [],
    have: [{ lastSync: [], bloom }],
    changes: [],
  });
  // Without flags it is asked for changes one by one.
  const [held, state] = Automerge.receiveSyncMessage(Automerge.clone(doc), Automerge.initSyncState(), asking);
  const [, answer] = Automerge.generateSyncMessage(held, state);
  const { changes } = Automerge.decodeSyncMessage(answer ?? new Uint8Array());
  return new Set(changes.map((change) => Automerge.decodeChange(change).hash));
}

/** The same as this filter says: whatever builds on a change that is sent is sent, too. */
function sentByFilter(hashes: readonly string[], filter: BloomFilter): ReadonlySet<string> {
  const first = hashes.findIndex((hash) => !filter.has(hash));
  return new Set(first < 0 ? [] : hashes.slice(first));
}

test('a filter of Automerge has every change that was put in', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 120 }), (changes) => {
      const { doc, hashes } = documentOf(changes);
      const filter = decode(filterBytes(doc));
      expect(hashes.filter((hash) => !filter.has(hash))).toEqual([]);
    }),
    { numRuns: 25 },
  );
});

test('a filter of others has few of them, and the same as for Automerge', () => {
  const { doc, hashes } = documentOf(200);
  const had = [1, 2, 3, 5, 8, 13, 21, 34, 55, 89].map((entries) => {
    const bloom = filterBytes(documentOf(entries).doc);
    const filter = decode(bloom);
    expect(sentByFilter(hashes, filter)).toEqual(sentByAutomerge(doc, bloom));
    return hashes.filter((hash) => filter.has(hash)).length;
  });
  expect(had.reduce((sum, one) => sum + one, 0)).toBeLessThan(200);
});

test('crowded filters, of any number of bits and probes, answer as Automerge does', () => {
  const { doc, hashes } = documentOf(40);
  const filters = fc
    .tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 12 }))
    .chain(([entries, bits, probes]) => {
      const length = Math.ceil((entries * bits) / 8);
      const byte = fc.oneof({ weight: 4, arbitrary: fc.constant(255) }, fc.nat(255));
      return fc
        .array(byte, { minLength: length, maxLength: length })
        .map((content) => Uint8Array.from([entries, bits, probes, ...content]));
    });
  let had = 0;
  fc.assert(
    fc.property(filters, (bloom) => {
      const sent = sentByFilter(hashes, decode(bloom));
      had += hashes.length - sent.size;
      expect(sent).toEqual(sentByAutomerge(doc, bloom));
    }),
    { numRuns: 200 },
  );
  expect(had).toBeGreaterThan(100);
});

describe('a filter', () => {
  const hash = 'ab'.repeat(32);

  test('without bytes or entries is empty and has nothing', () => {
    for (const bytes of [[], [0, 10, 7]]) {
      const filter = decode(Uint8Array.from(bytes));
      expect([filter.isEmpty, filter.has(hash)]).toEqual([true, false]);
    }
    expect(BloomFilter.empty.isEmpty).toBe(true);
  });

  test('with entries is not empty', () => {
    expect(decode(Uint8Array.from([1, 10, 7, 255, 255])).isEmpty).toBe(false);
  });

  test('is refused where it has no bits, or asks for very much', () => {
    expect(BloomFilter.decode(Uint8Array.from([1, 0, 7]))).toBe('no filter');
    expect(BloomFilter.decode(Uint8Array.from([1, 65, 7, ...Array.from({ length: 9 }, () => 1)]))).toBe(
      'too much',
    );
    expect(BloomFilter.decode(Uint8Array.from([1, 10, 33, 1, 1]))).toBe('too much');
  });
});
