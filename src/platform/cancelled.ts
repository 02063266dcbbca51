/** The person, or whoever runs us, no longer wants what was under way. Not a problem, so nothing is said of it. */
export class Cancelled extends Error {
  readonly signal: 'SIGINT' | 'SIGTERM';

  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super(`cancelled by ${signal}`);
    this.name = 'Cancelled';
    this.signal = signal;
  }

  /** As shells report an end by signal: 128 and its number. */
  get exitCode(): number {
    return this.signal === 'SIGINT' ? 130 : 143;
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
