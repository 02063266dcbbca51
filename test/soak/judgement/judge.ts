import type { Checkpoint } from '../checkpoint.ts';
import type { Observations } from '../observations.ts';
import { fullSeconds, inKibibytes, type Finding } from './finding.ts';
import { judgeLongLife } from './long-life.ts';
import { judgeQuietPoints } from './quiet-points.ts';

export interface Asked {
  /** How long it was to run. */
  readonly seconds: number;
  /** Why it ended before. */
  readonly failure: string | undefined;
}

const mostLoggedPerMinute = 16 * 2 ** 10;
/** Each start and each fault has its lines, and a look has many of both in little time. */
const leastLoggedMinutes = 5;

/** What diverged or was lost, what grew, and what did not. */
export function judge(seen: Observations, { seconds, failure }: Asked): readonly Finding[] {
  return [
    judgeSameness(seen, failure),
    judgeFaults(seen, seconds),
    ...judgeLongLife(seen.samples),
    ...judgeQuietPoints(seen, seconds),
    judgeLog(seen),
  ];
}

/** Of a full run, whether everything was judged and well; of a shorter one, whether nothing that it could judge was bad. */
export function areWell(findings: readonly Finding[], seconds: number): boolean {
  return findings.every(
    ({ verdict }) => verdict === 'well' || (verdict === 'not judged' && seconds < fullSeconds),
  );
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
    verdict: failure !== undefined || checkpoints.length === 0 ? 'bad' : 'well',
    sentence: words === undefined ? `${seen}; a backup brought all of it back` : `${seen}; then: ${words}`,
  };
}

function judgeFaults({ faults }: Observations, seconds: number): Finding {
  const counts = Object.entries(faults);
  const missing = counts.filter(([, count]) => count === 0).map(([name]) => name);
  const name = 'faults';
  if (missing.length === 0 && counts.length > 0) {
    const least = Math.min(...counts.map(([, count]) => count));
    return { name, verdict: 'well', sentence: `${counts.length} kinds, each ${least} times at least` };
  }
  return {
    name,
    verdict: seconds >= fullSeconds ? 'bad' : 'not judged',
    sentence: `these did not happen: ${missing.join(', ') || 'any'}`,
  };
}

function judgeLog({ loggedBytes, seconds }: Observations): Finding {
  const perMinute = loggedBytes / Math.max(leastLoggedMinutes, seconds / 60);
  return {
    name: 'what it logs',
    verdict: perMinute > mostLoggedPerMinute ? 'bad' : 'well',
    sentence: `${inKibibytes(perMinute)} a minute; it may be ${inKibibytes(mostLoggedPerMinute)}`,
  };
}
