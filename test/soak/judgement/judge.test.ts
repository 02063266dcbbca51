import { expect, test } from 'bun:test';
import type { Sample } from '../machine/sample.ts';
import type { Observations } from '../observations.ts';
import { judge } from './judge.ts';

const mebibyte = 2 ** 20;

const steady: Omit<Sample, 'at'> = {
  rssBytes: 110 * mebibyte,
  ownBytes: 70 * mebibyte,
  files: 30,
  sockets: 14,
  threads: 12,
  children: 0,
};

const well: Observations = {
  deeds: {},
  faults: {},
  checkpoints: [{ at: 1, compared: 40, acknowledged: 100, documents: 40, settledSeconds: 1, staleViews: 0 }],
  samples: samples(() => ({})),
  disk: { totalBytes: 30 * mebibyte, logBytes: 0, tailBytes: 0, temporary: 0, documentBytes: 10 * mebibyte },
  peakLogBytes: 16 * mebibyte,
  peakTailBytes: mebibyte,
  loggedBytes: 100_000,
  lives: 4,
  seconds: 1800,
  isMemoryLimited: true,
  hasSmallDisk: true,
};

/** A quarter of an hour, a sample a second. */
function samples(of: (seconds: number) => Partial<Sample>): readonly Sample[] {
  return Array.from({ length: 900 }, (_, at) => ({ ...steady, at, ...of(at) }));
}

function badOf(changed: Partial<Observations>, failure?: string): readonly string[] {
  return judge({ ...well, ...changed }, failure)
    .filter(({ isBad }) => isBad)
    .map(({ name }) => name);
}

test('a server that stays as it is has nothing against it', () => {
  expect(badOf({})).toEqual([]);
});

test('each thing that grows is named', () => {
  const grow = (of: (seconds: number) => Partial<Sample>) => badOf({ samples: samples(of) });
  expect(grow((at) => ({ ownBytes: (70 + at / 60) * mebibyte }))).toEqual(['memory of its own']);
  expect(grow((at) => ({ rssBytes: (110 + (2 * at) / 60) * mebibyte }))).toEqual(['resident memory']);
  expect(grow((at) => ({ files: 30 + Math.floor(at / 100) }))).toEqual(['open files']);
  expect(grow((at) => ({ sockets: 14 + Math.floor(at / 60) }))).toEqual(['open sockets']);
  expect(grow((at) => ({ threads: 12 + Math.floor(at / 100) }))).toEqual(['threads']);
  expect(grow((at) => ({ children: Math.floor(at / 200) }))).toEqual(['child processes']);
});

test('memory that is filled in the first minutes is no growth', () => {
  expect(badOf({ samples: samples((at) => ({ ownBytes: Math.min(70, 20 + at / 4) * mebibyte })) })).toEqual(
    [],
  );
});

test('a short run judges no slope, and says so', () => {
  const short = samples((at) => ({ ownBytes: at * mebibyte })).slice(0, 60);
  expect(badOf({ samples: short })).toEqual([]);
  expect(judge({ ...well, samples: short }, undefined)[1]?.sentence).toContain('not judged');
});

test('the disk may not hold much beyond the documents, nor logs, tails and leavings', () => {
  expect(badOf({ disk: { ...well.disk, totalBytes: 90 * mebibyte } })).toEqual(['data directory']);
  expect(badOf({ peakLogBytes: 40 * mebibyte })).toEqual(['log of a database']);
  expect(badOf({ peakTailBytes: 3 * mebibyte })).toEqual(['tail of a namespace']);
  expect(badOf({ disk: { ...well.disk, temporary: 1 } })).toEqual(['files left in tmp']);
  expect(badOf({ loggedBytes: 10 * mebibyte })).toEqual(['what it logs']);
});

test('what diverged or was lost stands first', () => {
  expect(badOf({}, 'one is gone')).toEqual(['documents']);
  expect(badOf({ checkpoints: [] })).toEqual(['documents']);
});
