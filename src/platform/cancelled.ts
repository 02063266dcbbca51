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
