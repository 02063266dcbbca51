import type { Sample } from '../machine/sample.ts';
import { inMebibytes, type Finding } from './finding.ts';
import { floorsOf, lowest, trendOf, type Point, type Trend } from './growth.ts';

const mebibyte = 2 ** 20;
/** The server has its memory once caches are full and Bun has compiled what runs often. */
const warmUpPart = 0.4;
/** Between two points there is a collection. */
export const windowSeconds = 60;
/** Less says nothing. */
const leastSeconds = 300;
/** Four megabytes in half an hour. */
const mostPerMinute = 0.15 * mebibyte;
/** Where noise leaves room for a leak of so much, nothing is said. */
const mostHiddenPerMinute = 3 * mostPerMinute;

type Of = (sample: Sample) => number;

/** What the one server that lives long held, a sample a second. */
export function judgeLongLife(samples: readonly Sample[]): readonly Finding[] {
  return [
    judgeMemory('memory of its own', samples, ({ ownBytes }) => ownBytes),
    judgeMemory('resident memory', samples, ({ rssBytes }) => rssBytes),
    judgeFloor('descriptors beside connections', samples, ({ files }) => files),
    judgeFloor('threads', samples, ({ threads }) => threads),
    judgeFloor('child processes', samples, ({ children }) => children),
  ];
}

function judgeMemory(name: string, samples: readonly Sample[], of: Of): Finding {
  const judged = judgedPart(samples, of);
  const points = lowest(judged, windowSeconds);
  const trend = isLongEnough(judged) ? trendOf(points) : undefined;
  if (!trend) return tooShort(name, judged);
  const verdict = verdictOf(trend);
  const later = verdict === 'bad' ? trendOf(laterHalf(points)) : undefined;
  if (later && isLevel(later))
    return { name, verdict: 'well', sentence: `${told(trend, points)}; level at the end: ${rate(later)}` };
  const hidden = verdict === 'not judged' ? '; noise could hide a leak' : '';
  return { name, verdict, sentence: `${told(trend, points)}${hidden}; it may be ${shown(mostPerMinute)}` };
}

function verdictOf({ perMinute, leastPerMinute, mostPerMinute: most }: Trend): Finding['verdict'] {
  if (perMinute > mostPerMinute && leastPerMinute > 0) return 'bad';
  return most > mostHiddenPerMinute ? 'not judged' : 'well';
}

function isLevel({ perMinute, leastPerMinute, mostPerMinute: most }: Trend): boolean {
  return perMinute <= mostPerMinute && leastPerMinute <= 0 && most <= mostHiddenPerMinute;
}

function judgeFloor(name: string, samples: readonly Sample[], of: Of): Finding {
  const points = judgedPart(samples, of);
  if (!isLongEnough(points)) return tooShort(name, points);
  const { first, last } = floorsOf(points);
  return {
    name,
    verdict: last > first ? 'bad' : 'well',
    sentence: `${first} → ${last}, at least, in the first and the last third of ${minutesOf(points)} minutes; they may not be more`,
  };
}

function judgedPart(samples: readonly Sample[], of: Of): readonly Point[] {
  const [first, last] = [samples[0]?.at ?? 0, samples.at(-1)?.at ?? 0];
  const from = first + (last - first) * warmUpPart;
  return samples.filter(({ at }) => at >= from).map((sample) => ({ at: sample.at, value: of(sample) }));
}

function laterHalf(points: readonly Point[]): readonly Point[] {
  return points.slice(Math.floor(points.length / 2));
}

function isLongEnough(points: readonly Point[]): boolean {
  return secondsOf(points) >= leastSeconds;
}

function tooShort(name: string, points: readonly Point[]): Finding {
  const seen = points.length === 0 ? 'nothing was seen' : `${secondsOf(points).toFixed(0)} s say nothing`;
  return { name, verdict: 'not judged', sentence: seen };
}

function told(trend: Trend, points: readonly Point[]): string {
  return `${inMebibytes(trend.first)} → ${inMebibytes(trend.last)} in ${minutesOf(points)} minutes: ${rate(trend)}`;
}

function rate({ perMinute, leastPerMinute, mostPerMinute: most }: Trend): string {
  return `${shown(perMinute)} a minute (${shown(leastPerMinute)} to ${shown(most)})`;
}

function shown(bytes: number): string {
  return `${(bytes / mebibyte).toFixed(2)} MiB`;
}

function minutesOf(points: readonly Point[]): string {
  return (secondsOf(points) / 60).toFixed(0);
}

function secondsOf(points: readonly Point[]): number {
  return (points.at(-1)?.at ?? 0) - (points[0]?.at ?? 0);
}
