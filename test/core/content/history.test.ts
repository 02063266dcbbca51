import { describe, expect, test } from 'bun:test';
import { assert, asyncProperty, integer } from 'fast-check';
import { changesUpTo, headsOf, newestFirst, readHistory } from '../../../src/core/content/history.ts';
import { makeHistory } from '../../support/clocked-history.ts';
import { libraries, randomHistory } from '../../support/histories.ts';
import { openedFrom } from '../../support/opened-document.ts';

const day = 86_400;

describe('the history of a document', () => {
  test('has who made each change when, with what message, on top of what, and how much it did', async () => {
    const { document, hashes } = makeHistory([
      { by: 'aa', time: day, after: [] },
      { by: 'bb', time: 2 * day, after: [0], message: 'second' },
    ]);
    using opened = await openedFrom(document);
    expect(readHistory(opened).changes).toEqual([
      {
        hash: hashes[0] ?? '',
        actor: 'aa',
        seq: 1,
        madeAt: day * 1000,
        notBefore: day * 1000,
        message: undefined,
        operationCount: 1,
        dependencies: [],
      },
      {
        hash: hashes[1] ?? '',
        actor: 'bb',
        seq: 1,
        madeAt: 2 * day * 1000,
        notBefore: 2 * day * 1000,
        message: 'second',
        operationCount: 1,
        dependencies: [hashes[0] ?? ''],
      },
    ]);
  });

  test('of an empty document is empty', async () => {
    using opened = await openedFrom(makeHistory([]).document);
    expect(readHistory(opened).changes).toEqual([]);
  });

  test('is newest first by the clocks, and never a change before what builds on it', async () => {
    const { document, hashes } = makeHistory([
      { by: 'aa', time: 2 * day, after: [] },
      // A clock that is behind, a change without a time, one made elsewhere in between.
      { by: 'bb', time: day, after: [0] },
      { by: 'cc', time: 0, after: [1] },
      { by: 'dd', time: 4 * day, after: [] },
      { by: 'ee', time: 3 * day, after: [0] },
    ]);
    using opened = await openedFrom(document);
    const sorted = newestFirst(readHistory(opened).changes).map(({ hash }) => hash);
    expect(sorted.slice(0, 2)).toEqual([hashes[3] ?? '', hashes[4] ?? '']);
    expect(sorted.slice(2)).toEqual([hashes[2] ?? '', hashes[1] ?? '', hashes[0] ?? '']);
  });

  test('comes in an order that puts every change after those it builds on, whatever was merged', async () => {
    await assert(
      asyncProperty(integer({ min: 0, max: 2 ** 31 - 1 }), async (seed) => {
        using opened = await openedFrom(randomHistory(libraries['Automerge 3.5'], seed, 30));
        const { changes } = readHistory(opened);
        const seen = new Set<string>();
        for (const { hash, dependencies } of changes) {
          expect(dependencies.every((before) => seen.has(before))).toBe(true);
          seen.add(hash);
        }
        const later = new Set<string>();
        for (const { hash, dependencies } of newestFirst(changes)) {
          expect(dependencies.some((before) => later.has(before))).toBe(false);
          later.add(hash);
        }
        expect(headsOf(changes)).toEqual(opened.heads);
      }),
      { numRuns: 30 },
    );
  });

  test('up to a change is that change with all it builds on, and has it for its head', async () => {
    const { document, hashes } = makeHistory([
      { by: 'aa', time: 1, after: [] },
      { by: 'bb', time: 2, after: [0] },
      { by: 'cc', time: 3, after: [0] },
      { by: 'dd', time: 4, after: [1] },
    ]);
    using opened = await openedFrom(document);
    const history = readHistory(opened);
    const some = changesUpTo(history, [hashes[3] ?? '']);
    expect(some.map(({ hash }) => hash)).toEqual([hashes[0] ?? '', hashes[1] ?? '', hashes[3] ?? '']);
    expect(headsOf(some)).toEqual([hashes[3] ?? '']);
    expect(changesUpTo(history, [])).toEqual([]);
  });
});
