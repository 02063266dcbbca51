import { expect, test } from 'bun:test';
import * as Automerge from '@automerge/automerge';
import * as fc from 'fast-check';
import { loadAutomerge } from '../../../src/core/automerge.ts';
import { judgeAdditions } from '../../../src/core/fence/judge.ts';
import { randomHistory } from '../../support/random-history.ts';

await loadAutomerge();

const refused = { kind: 'refused', reason: 'it is bad' } as const;
const manyChecks = 10_000;

/** Changes of one document, with their hashes and dependencies. */
function changesOf(seed: number) {
  const doc = randomHistory(seed, 40);
  const metas = new Map(Automerge.getChangesMetaSince(doc, []).map((meta) => [meta.hash, meta]));
  return Automerge.getAllChanges(doc).map((bytes) => {
    const { hash } = Automerge.decodeChange(bytes);
    return { bytes, hash, dependencies: metas.get(hash)?.deps ?? [] };
  });
}

test('exactly the bad ones and what depends on them are refused, whatever their order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(50),
      fc.array(fc.nat(40), { maxLength: 5 }),
      fc.infiniteStream(fc.nat(99)),
      async (seed, bad, keys) => {
        const changes = changesOf(seed)
          .map((change, n) => ({ ...change, isBad: bad.includes(n), key: keys.next().value ?? 0 }))
          .toSorted((a, b) => a.key - b.key);
        const byHash = new Map(changes.map((change) => [change.hash, change]));
        const isLost = (change: (typeof changes)[number]): boolean =>
          change.isBad || change.dependencies.some((hash) => isLost(byHash.get(hash) ?? change));
        const check = async (indices: readonly number[]) => {
          const taken = indices.map((index) => changes[index]).filter((change) => change !== undefined);
          const hashes = taken.map(({ hash }) => hash);
          const isWhole = taken.every(
            ({ isBad, dependencies }) => !isBad && dependencies.every((hash) => hashes.includes(hash)),
          );
          return isWhole ? undefined : refused;
        };
        const judged = await judgeAdditions(
          changes.map(({ bytes }) => bytes),
          check,
          manyChecks,
        );
        const lost = changes.flatMap((change, index) => (isLost(change) ? [index] : []));
        expect(judged.kind === 'judged' && judged.refused.map(({ index }) => index)).toEqual(lost);
      },
    ),
    { numRuns: 60 },
  );
});

test('good changes are asked about once', async () => {
  let checks = 0;
  const check = async () => void (checks += 1);
  await judgeAdditions(
    changesOf(1).map(({ bytes }) => bytes),
    check,
    manyChecks,
  );
  expect(checks).toBe(1);
});

test('among too many bad ones all that are not known to be good are refused', async () => {
  const good = new Set([0, 19]);
  const check = async (indices: readonly number[]) =>
    indices.every((index) => good.has(index)) ? undefined : refused;
  const roots = Array.from(
    { length: 20 },
    (_, n) => Automerge.getAllChanges(Automerge.from({ n }))[0] ?? new Uint8Array(),
  );
  const refusedOf = async (mostChecks: number) => {
    const judged = await judgeAdditions(roots, check, mostChecks);
    return judged.kind === 'judged' ? judged.refused.map(({ index }) => index) : judged;
  };
  const all = roots.map((_, index) => index);
  expect(await refusedOf(10)).toEqual(all.slice(1));
  expect(await refusedOf(manyChecks)).toEqual(all.slice(1, -1));
});

test('a check that ends the child counts for many', async () => {
  let checks = 0;
  const check = async (indices: readonly number[]) => {
    checks += 1;
    return indices.length === 0 ? undefined : ({ kind: 'deadly', reason: 'it takes too long' } as const);
  };
  const roots = Array.from(
    { length: 500 },
    (_, n) => Automerge.getAllChanges(Automerge.from({ n }))[0] ?? new Uint8Array(),
  );
  const judged = await judgeAdditions(roots, check, 1_000);
  expect(judged.kind === 'judged' && judged.refused.length).toBe(500);
  expect(checks).toBeLessThan(50);
});

test('what stands on a document that cannot be opened is neither good nor bad', async () => {
  const roots = Automerge.getAllChanges(Automerge.from({ n: 1 }));
  expect(await judgeAdditions(roots, async () => refused, manyChecks)).toEqual({
    kind: 'unreadable',
    reason: refused.reason,
  });
});
