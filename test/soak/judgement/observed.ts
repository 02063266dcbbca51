import { seededRandom } from '../../support/seeded-random.ts';
import type { Sample } from '../machine/sample.ts';
import type { Observations } from '../observations.ts';
import type { QuietPoint } from '../quiet.ts';

const mebibyte = 2 ** 20;

/** Of the long life of a run of half an hour. */
const lifeSeconds = 1350;

/** A run of half an hour in which all is well, with the noise of a real one. */
export function wellObserved(): Observations {
  return {
    deeds: {},
    faults: { 'kill -9 of the server': 8, 'the disk is full': 20 },
    checkpoints: [
      { at: 1, compared: 40, acknowledged: 100, documents: 40, settledSeconds: 1, staleViews: 0 },
    ],
    samples: samplesOf(() => ({})),
    quietPoints: quietPointsOf(() => ({})),
    longLife: 4,
    peakLogBytes: 15.7 * mebibyte,
    peakTailBytes: 1.5 * mebibyte,
    loggedBytes: 100_000,
    lives: 8,
    seconds: 1800,
    isMemoryLimited: true,
    hasSmallDisk: true,
  };
}

/** A sample a second: memory that is collected now and then, descriptors that come and go, and what is changed of these. */
export function samplesOf(
  change: (seconds: number, steady: Omit<Sample, 'at'>) => Partial<Sample>,
  seed = 1,
): readonly Sample[] {
  const random = seededRandom(seed);
  return Array.from({ length: lifeSeconds }, (_, at) => {
    const garbage = (13 * ((at % 47) / 47) + 2 * random()) * mebibyte;
    const steady = {
      rssBytes: 110 * mebibyte + garbage,
      ownBytes: 60 * mebibyte + garbage,
      connections: 14,
      files: 12 + Math.floor(random() * 3),
      threads: 6 + Math.floor(random() * 3),
      children: Math.floor(random() * 2),
    };
    return { ...steady, at, ...change(at, steady) };
  });
}

/** A checkpoint every two and a half minutes, the documents growing. */
export function quietPointsOf(
  change: (minutes: number, steady: QuietPoint) => Partial<QuietPoint>,
): readonly QuietPoint[] {
  return Array.from({ length: 12 }, (_, n) => {
    const minutes = n * 2.5;
    const documentBytes = (1.5 + minutes * 0.1) * mebibyte;
    const steady: QuietPoint = {
      at: minutes * 60,
      life: 4,
      clients: 13,
      connections: 13,
      disk: {
        totalBytes: documentBytes * 1.3 + 2 * mebibyte,
        logsBytes: mebibyte,
        logBytes: mebibyte / 2,
        tailBytes: ((n % 3) / 2) * mebibyte,
        temporary: 0,
      },
      documentBytes,
      evictions: n * 1_000,
      openDocuments: 3_000,
    };
    return { ...steady, ...change(minutes, steady) };
  });
}
