import { Tally } from '../../platform/tally.ts';
import type { Operation } from './request.ts';

/** `failed`: nothing is said of it, for too much waited or no process could be had. */
const outcomes = ['done', 'refused', 'deadly', 'failed'] as const;
type JobOutcome = (typeof outcomes)[number];

type DeathCause = 'time' | 'memory' | 'crash' | 'start';

/** What Automerge did in its process, counted. */
export class FenceMeasures {
  readonly jobs: Readonly<Record<Operation, Tally<JobOutcome>>> = {
    open: new Tally(outcomes),
    extract: new Tally(outcomes),
    compact: new Tally(outcomes),
    check: new Tally(outcomes),
  };
  /** Processes that were started. */
  starts = 0;
  /** Those that ended over a job: it took too long, too much memory, or Automerge stopped at it; or before they had begun. */
  readonly deaths = new Tally<DeathCause>(['time', 'memory', 'crash', 'start']);
}

/** The jobs that are not answered, and the process. */
export interface FenceLoad {
  readonly waitingJobs: number;
  readonly waitingBytes: number;
  /** Sent to the process. */
  readonly jobsAtWork: number;
  readonly isRunning: boolean;
  /** Undefined where no process runs, or the system does not tell. */
  readonly memoryBytes: number | undefined;
}
