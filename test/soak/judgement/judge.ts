import type { Sample } from '../machine/sample.ts';
import type { Checkpoint } from '../checkpoint.ts';
import type { Observations } from '../observations.ts';
import { judgeGrowth, lowest, type Allowance } from './growth.ts';

export interface Finding {
  readonly name: string;
  readonly isBad: boolean;
  /** What was seen, and what may be. */
  readonly sentence: string;
}

const mebibyte = 2 ** 20;
const kibibyte = 2 ** 10;
/** The server has its memory once caches are full and Bun has compiled what runs often. */
const warmUpPart = 0.3;
/** Between two points there is a collection, where there was time for one. */
export const windowSeconds = 20;
/** Less says nothing of a slope. */
const leastSeconds = 300;

/** SQLite's log is emptied at 16 MiB; a transaction may go past that. */
const mostLogBytes = 32 * mebibyte;
/** 1.5 MiB with what says where they belong. */
const mostTailBytes = 2 * mebibyte;
const mostDiskPerStored = 2.5;
const diskOfItsOwn = 48 * mebibyte;
const mostLoggedPerMinute = 64 * kibibyte;

interface Measure {
  readonly name: string;
  readonly of: (sample: Sample) => number;
  readonly allowance: Allowance;
  readonly show: (value: number) => string;
}

const measures: readonly Measure[] = [
  {
    name: 'memory of its own',
    of: ({ ownBytes }) => ownBytes,
    allowance: { absolute: 8 * mebibyte, relative: 0.1 },
    show: inMebibytes,
  },
  {
    name: 'resident memory',
    of: ({ rssBytes }) => rssBytes,
    allowance: { absolute: 8 * mebibyte, relative: 0.1 },
    show: inMebibytes,
  },
  { name: 'open files', of: ({ files }) => files, allowance: { absolute: 4, relative: 0 }, show: plainly },
  {
    name: 'open sockets',
    of: ({ sockets }) => sockets,
    allowance: { absolute: 8, relative: 0 },
    show: plainly,
  },
  { name: 'threads', of: ({ threads }) => threads, allowance: { absolute: 4, relative: 0 }, show: plainly },
  {
    name: 'child processes',
    of: ({ children }) => children,
    allowance: { absolute: 1, relative: 0 },
    show: plainly,
  },
];

/** What diverged or was lost, what grew, and what did not. */
export function judge(seen: Observations, failure: string | undefined): readonly Finding[] {
  return [
    judgeSameness(seen, failure),
    ...measures.map((measure) => judgeMeasure(measure, seen.samples)),
    ...judgeDisk(seen),
    judgeLog(seen),
  ];
}

function judgeSameness({ checkpoints }: Observations, failure: string | undefined): Finding {
  const sum = (of: (checkpoint: Checkpoint) => number): string =>
    checkpoints.reduce((total, one) => total + of(one), 0).toLocaleString('en-US');
  const seen =
    `${checkpoints.length} checkpoints: ${sum(({ compared }) => compared)} times a document was the same everywhere, ` +
    `${sum(({ acknowledged }) => acknowledged)} acknowledged heads were there`;
  const [words] = failure?.split('\n') ?? [];
  return {
    name: 'documents',
    isBad: failure !== undefined || checkpoints.length === 0,
    sentence: words === undefined ? `${seen}; a backup brought all of it back` : `${seen}; then: ${words}`,
  };
}

function judgeMeasure({ name, of, allowance, show }: Measure, samples: readonly Sample[]): Finding {
  const [first, last] = [samples[0]?.at ?? 0, samples.at(-1)?.at ?? 0];
  const from = first + (last - first) * warmUpPart;
  const points = samples
    .filter(({ at }) => at >= from)
    .map((sample) => ({ at: sample.at, value: of(sample) }));
  const growth =
    last - from < leastSeconds ? undefined : judgeGrowth(lowest(points, windowSeconds), allowance);
  if (!growth)
    return { name, isBad: false, sentence: `not judged: ${(last - from).toFixed(0)} s say nothing` };
  const minutes = ((last - from) / 60).toFixed(0);
  return {
    name,
    isBad: growth.isTooMuch,
    sentence:
      `${show(growth.first)} → ${show(growth.last)} in ${minutes} minutes (${show(growth.perHour)} an hour); ` +
      `it may grow by ${show(growth.allowed)}`,
  };
}

function judgeDisk({ disk, ...seen }: Observations): readonly Finding[] {
  const allowed = mostDiskPerStored * disk.documentBytes + diskOfItsOwn;
  return [
    {
      name: 'data directory',
      isBad: disk.totalBytes > allowed,
      sentence: `${inMebibytes(disk.totalBytes)} for ${inMebibytes(disk.documentBytes)} of documents; it may take ${inMebibytes(allowed)}`,
    },
    {
      name: 'log of a database',
      isBad: seen.peakLogBytes > mostLogBytes,
      sentence: `${inMebibytes(seen.peakLogBytes)} at most; it may take ${inMebibytes(mostLogBytes)}`,
    },
    {
      name: 'tail of a namespace',
      isBad: seen.peakTailBytes > mostTailBytes,
      sentence: `${inMebibytes(seen.peakTailBytes)} at most; it may take ${inMebibytes(mostTailBytes)}`,
    },
    {
      name: 'files left in tmp',
      isBad: disk.temporary > 0,
      sentence: `${disk.temporary}; there may be none`,
    },
  ];
}

function judgeLog({ loggedBytes, seconds }: Observations): Finding {
  const perMinute = loggedBytes / Math.max(1, seconds / 60);
  return {
    name: 'what it logs',
    isBad: perMinute > mostLoggedPerMinute,
    sentence: `${inKibibytes(perMinute)} a minute; it may be ${inKibibytes(mostLoggedPerMinute)}`,
  };
}

function inMebibytes(bytes: number): string {
  return `${(bytes / mebibyte).toFixed(1)} MiB`;
}

function inKibibytes(bytes: number): string {
  return `${(bytes / kibibyte).toFixed(1)} KiB`;
}

function plainly(value: number): string {
  return value.toFixed(1);
}
