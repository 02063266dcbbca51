import type { Observations } from '../observations.ts';
import type { QuietPoint } from '../quiet.ts';
import { fullSeconds, inMebibytes, type Finding } from './finding.ts';
import { trendOf } from './growth.ts';

const mebibyte = 2 ** 20;
/** SQLite empties a log at 4,000 pages, 15.7 MiB (`wal_autocheckpoint`), after the commit that goes past them. */
const mostLogBytes = 20 * mebibyte;
/** `limitBytes` of core/store/tail-file.ts, 1.5 MiB, whose place is taken in steps of 256 KiB. */
const mostTailBytes = 1.75 * mebibyte;
/** Keys, indexes and pages that are not full, for each byte of documents. */
const overheadPerByte = 1;
/** The control database, what is known of stores, free pages. */
const ownBytes = 2 * mebibyte;
const mostSlackPerMinute = 0.15 * mebibyte;

type Seen = Pick<Observations, 'quietPoints' | 'longLife' | 'peakLogBytes' | 'peakTailBytes'>;

/** What the server holds at each checkpoint, when nobody writes. */
export function judgeQuietPoints(seen: Seen, seconds: number): readonly Finding[] {
  const { quietPoints, longLife } = seen;
  return [
    judgeConnections(quietPoints),
    judgeEvictions(
      quietPoints.filter(({ life }) => life === longLife),
      seconds,
    ),
    judgeDataDirectory(quietPoints),
    judgeSlack(quietPoints),
    judgePeak('log of a database', seen.peakLogBytes, mostLogBytes, quietPoints),
    judgePeak('tail of a namespace', seen.peakTailBytes, mostTailBytes, quietPoints),
    judgeTemporary(quietPoints),
  ];
}

function judgeConnections(points: readonly QuietPoint[]): Finding {
  const name = 'connections';
  if (points.length === 0) return unseen(name);
  const wrong = points.filter(({ clients, connections }) => clients !== connections);
  const each = points.map(({ clients, connections }) => `${connections} of ${clients}`).join(', ');
  return {
    name,
    verdict: wrong.length > 0 ? 'bad' : 'well',
    sentence: `${each} clients at checkpoints; there may be none but theirs`,
  };
}

function judgeEvictions(points: readonly QuietPoint[], seconds: number): Finding {
  const name = 'documents that left memory';
  const last = points.at(-1);
  const evictions = last?.evictions ?? 0;
  if (last && evictions > 0)
    return {
      name,
      verdict: 'well',
      sentence: `${evictions.toLocaleString('en-US')} times in the long life, ${last.openDocuments.toLocaleString('en-US')} documents being followed`,
    };
  return {
    name,
    verdict: seconds >= fullSeconds ? 'bad' : 'not judged',
    sentence: 'none: it is not known whether they come back as they were',
  };
}

function judgeDataDirectory(points: readonly QuietPoint[]): Finding {
  const name = 'data directory';
  const [worst] = points.toSorted((left, right) => beyond(right) - beyond(left));
  if (!worst) return unseen(name);
  return {
    name,
    verdict: beyond(worst) > 0 ? 'bad' : 'well',
    sentence: `${inMebibytes(settledBytes(worst))} for ${inMebibytes(worst.documentBytes)} of documents, where it was most for them; it may take ${inMebibytes(allowedBytes(worst))}, without logs`,
  };
}

/** What is there that is no document: it may not grow by itself. */
function judgeSlack(points: readonly QuietPoint[]): Finding {
  const name = 'disk beside documents';
  const trend = trendOf(points.map((one) => ({ at: one.at, value: slackBytes(one) })));
  if (!trend) return { name, verdict: 'not judged', sentence: `${points.length} checkpoints say nothing` };
  const perMinute = `${(trend.perMinute / mebibyte).toFixed(2)} MiB a minute`;
  return {
    name,
    verdict: trend.perMinute > mostSlackPerMinute ? 'bad' : 'well',
    sentence: `${inMebibytes(trend.first)} → ${inMebibytes(trend.last)}: ${perMinute}; it may be ${(mostSlackPerMinute / mebibyte).toFixed(2)} MiB`,
  };
}

function judgePeak(name: string, bytes: number, most: number, points: readonly QuietPoint[]): Finding {
  if (points.length === 0) return unseen(name);
  return {
    name,
    verdict: bytes > most ? 'bad' : 'well',
    sentence: `${inMebibytes(bytes)} at most; it may take ${(most / mebibyte).toFixed(2)} MiB`,
  };
}

function judgeTemporary(points: readonly QuietPoint[]): Finding {
  const name = 'files left in tmp';
  if (points.length === 0) return unseen(name);
  const left = Math.max(...points.map(({ disk }) => disk.temporary));
  return { name, verdict: left > 0 ? 'bad' : 'well', sentence: `${left} at checkpoints; there may be none` };
}

function settledBytes({ disk }: QuietPoint): number {
  return disk.totalBytes - disk.logsBytes;
}

function allowedBytes({ documentBytes }: QuietPoint): number {
  return documentBytes * (1 + overheadPerByte) + mostTailBytes + ownBytes;
}

function beyond(point: QuietPoint): number {
  return settledBytes(point) - allowedBytes(point);
}

function slackBytes(point: QuietPoint): number {
  return settledBytes(point) - point.disk.tailBytes - point.documentBytes;
}

function unseen(name: string): Finding {
  return { name, verdict: 'not judged', sentence: 'nothing was seen' };
}
