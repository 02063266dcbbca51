import { constants } from 'node:os';

/** Ctrl-C, whoever runs us, and a terminal that has closed. */
export type EndSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** The person, or whoever runs us, no longer wants what was under way. Not a problem, so nothing is said of it. */
export class Cancelled extends Error {
  readonly signal: EndSignal;

  constructor(signal: EndSignal) {
    super(`cancelled by ${signal}`);
    this.name = 'Cancelled';
    this.signal = signal;
  }

  /** As shells report an end by signal: 128 and its number. */
  get exitCode(): number {
    return 128 + constants.signals[this.signal];
  }
}

/** What `work` gives, or the reason of the signal as soon as it is aborted; the work then ends as it may. */
export async function unlessAborted<Result>(signal: AbortSignal, work: Promise<Result>): Promise<Result> {
  work.catch(() => {}); // Where the signal was first nobody else hears of it.
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
