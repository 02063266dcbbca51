import type { Job, Urgency } from './job.ts';

/** Jobs that are not sent yet: those somebody waits for first, the rest of the order as they came. */
export class WaitingJobs {
  readonly #lines: Readonly<Record<Urgency, Line>> = { awaited: new Line(), background: new Line() };
  /** Were sent once, to a child that ended. */
  #returned: Job[] = [];
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  get count(): number {
    const { awaited, background } = this.#lines;
    return this.#returned.length + awaited.length + background.length;
  }

  get next(): Job | undefined {
    return this.#returned[0] ?? this.#lines.awaited.first ?? this.#lines.background.first;
  }

  add(job: Job): void {
    this.#bytes += job.sizeBytes;
    this.#lines[job.urgency].add(job);
  }

  /** These go first, in their order. */
  return(jobs: readonly Job[]): void {
    for (const job of jobs) this.#bytes += job.sizeBytes;
    this.#returned = [...jobs, ...this.#returned];
  }

  take(): Job | undefined {
    const job = this.#returned.shift() ?? this.#lines.awaited.take() ?? this.#lines.background.take();
    this.#bytes -= job?.sizeBytes ?? 0;
    return job;
  }
}

/** First in, first out, at the same cost however long it is. */
class Line {
  readonly #jobs = new Map<number, Job>();
  #taken = 0;
  #added = 0;

  get length(): number {
    return this.#jobs.size;
  }

  get first(): Job | undefined {
    return this.#jobs.get(this.#taken);
  }

  add(job: Job): void {
    this.#jobs.set(this.#added, job);
    this.#added += 1;
  }

  take(): Job | undefined {
    const job = this.first;
    if (job === undefined) return undefined;
    this.#jobs.delete(this.#taken);
    this.#taken += 1;
    return job;
  }
}
