import { expect, test } from 'bun:test';
import type { Sample } from '../machine/sample.ts';
import type { Observations } from '../observations.ts';
import type { QuietPoint } from '../quiet.ts';
import { areWell, judge } from './judge.ts';
import { quietPointsOf, samplesOf, wellObserved } from './observed.ts';

const mebibyte = 2 ** 20;
const full = 1800;
const look = 60;

function find(changed: Partial<Observations>, seconds = full, failure?: string) {
  return judge({ ...wellObserved(), ...changed }, { seconds, failure });
}

/** What is not well, with how it was judged. */
function faultsOf(changed: Partial<Observations>, seconds = full, failure?: string) {
  const wrong = find(changed, seconds, failure).filter(({ verdict }) => verdict !== 'well');
  return wrong.map(({ name, verdict }) => `${name}: ${verdict}`);
}

function growing(change: (minutes: number, steady: Omit<Sample, 'at'>) => Partial<Sample>, seed = 1) {
  return faultsOf({ samples: samplesOf((seconds, steady) => change(seconds / 60, steady), seed) });
}

function quietly(change: (minutes: number, steady: QuietPoint) => Partial<QuietPoint>) {
  return faultsOf({ quietPoints: quietPointsOf(change) });
}

test.each([1, 2, 3, 4, 5])('a server that stays as it is has nothing against it (noise %d)', (seed) => {
  expect(faultsOf({ samples: samplesOf(() => ({}), seed) })).toEqual([]);
  expect(areWell(find({}), full)).toBe(true);
});

test.each([1, 2, 3, 4, 5])(
  'a leak of half a megabyte a minute is seen below the noise (noise %d)',
  (seed) => {
    const leak = (minutes: number) => 0.55 * minutes * mebibyte;
    expect(growing((minutes, { ownBytes }) => ({ ownBytes: ownBytes + leak(minutes) }), seed)).toEqual([
      'memory of its own: bad',
    ]);
    expect(growing((minutes, { rssBytes }) => ({ rssBytes: rssBytes + leak(minutes) }), seed)).toEqual([
      'resident memory: bad',
    ]);
  },
);

test('a leak of a fifth of a megabyte a minute is not called well', () => {
  const leaking = growing((minutes, { ownBytes }) => ({ ownBytes: ownBytes + 0.22 * minutes * mebibyte }));
  expect(leaking).toEqual(['memory of its own: bad']);
});

test('memory that is filled in the first minutes, and then is level, is no growth', () => {
  const filling = (untilMinutes: number) =>
    growing((minutes, { ownBytes }) => ({
      ownBytes: ownBytes + Math.min(minutes, untilMinutes) * 2 * mebibyte,
    }));
  expect(filling(8)).toEqual([]);
  expect(filling(14)).toEqual([]);
  expect(filling(30)).toEqual(['memory of its own: bad']);
});

test('noise that could hide a leak is not called well', () => {
  const wild = growing((minutes, { ownBytes }) => ({
    ownBytes: ownBytes + 30 * mebibyte * Math.abs(Math.sin(Math.floor(minutes) * 12.9)),
  }));
  expect(wild).toEqual(['memory of its own: not judged']);
});

test('a descriptor every four minutes is seen, and so are threads and processes that stay', () => {
  const stays = (minutes: number) => Math.floor(minutes / 4);
  expect(growing((minutes, { files }) => ({ files: files + stays(minutes) }))).toEqual([
    'descriptors beside connections: bad',
  ]);
  expect(growing((minutes, { threads }) => ({ threads: threads + stays(minutes) }))).toEqual([
    'threads: bad',
  ]);
  expect(growing((minutes) => ({ children: stays(minutes) }))).toEqual(['child processes: bad']);
});

test('no samples and few samples are not judged: enough for a look, and not for a full run', () => {
  for (const samples of [[], samplesOf(() => ({})).slice(0, look)]) {
    const findings = find({ samples });
    expect(findings.filter(({ verdict }) => verdict === 'not judged').map(({ name }) => name)).toEqual([
      'memory of its own',
      'resident memory',
      'descriptors beside connections',
      'threads',
      'child processes',
    ]);
    expect([areWell(findings, look), areWell(findings, full)]).toEqual([true, false]);
  }
});

test('each connection must be a client’s, at every checkpoint', () => {
  expect(quietly((minutes) => ({ connections: 13 + Math.floor(minutes / 2) }))).toEqual(['connections: bad']);
  expect(quietly((minutes) => ({ connections: minutes === 5 ? 14 : 13 }))).toEqual(['connections: bad']);
  expect(quietly(() => ({ connections: Number.NaN }))).toEqual(['connections: bad']);
});

test('the disk holds the documents and little else, and does not grow by itself', () => {
  const disk = (change: (minutes: number, disk: QuietPoint['disk']) => Partial<QuietPoint['disk']>) =>
    quietly((minutes, steady) => ({ disk: { ...steady.disk, ...change(minutes, steady.disk) } }));
  expect(disk(() => ({ totalBytes: 50 * mebibyte }))).toEqual(['data directory: bad']);
  expect(disk((minutes, { totalBytes }) => ({ totalBytes: totalBytes + minutes * 0.2 * mebibyte }))).toEqual([
    'disk beside documents: bad',
  ]);
  expect(disk((minutes) => ({ temporary: minutes === 5 ? 1 : 0 }))).toEqual(['files left in tmp: bad']);
  expect(faultsOf({ peakLogBytes: 21 * mebibyte })).toEqual(['log of a database: bad']);
  expect(faultsOf({ peakTailBytes: 1.8 * mebibyte })).toEqual(['tail of a namespace: bad']);
  expect(faultsOf({ loggedBytes: 10 * mebibyte })).toEqual(['what it logs: bad']);
  expect(faultsOf({ loggedBytes: 70 * 2 ** 10, seconds: look }, look)).toEqual([]);
});

test('a run without checkpoints says nothing of what is seen there', () => {
  expect(faultsOf({ quietPoints: [] }, look)).toEqual([
    'connections: not judged',
    'documents that left memory: not judged',
    'data directory: not judged',
    'disk beside documents: not judged',
    'log of a database: not judged',
    'tail of a namespace: not judged',
    'files left in tmp: not judged',
  ]);
});

test('a full run in which no document left memory, or a kind of fault did not happen, is not well', () => {
  const none = { quietPoints: quietPointsOf(() => ({ evictions: 0 })) };
  expect(faultsOf(none)).toEqual(['documents that left memory: bad']);
  expect(faultsOf(none, look)).toEqual(['documents that left memory: not judged']);
  expect(faultsOf({ ...none, quietPoints: quietPointsOf(() => ({ life: 1 })) })).toEqual([
    'documents that left memory: bad',
  ]);
  const calm = { faults: { 'kill -9 of the server': 0, 'the disk is full': 3 } };
  expect(faultsOf(calm)).toEqual(['faults: bad']);
  expect(faultsOf(calm, look)).toEqual(['faults: not judged']);
  expect(find(calm, look)[1]?.sentence).toContain('kill -9 of the server');
  expect(faultsOf({ faults: {} })).toEqual(['faults: bad']);
});

test('what diverged or was lost stands first', () => {
  expect(faultsOf({}, full, 'one is gone')).toEqual(['documents: bad']);
  expect(faultsOf({ checkpoints: [] })).toEqual(['documents: bad']);
  expect(areWell(find({}, look, 'one is gone'), look)).toBe(false);
});
