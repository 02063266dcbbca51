import type { Clock } from '../../platform/clock.ts';
import { Failure } from '../failure.ts';

const holdMs = 50_000;
const mostHeld = 16;

/** Requests that wait, open, for the owner's answer, so that an old app connects without a reload. */
export class HeldRequests {
  readonly #clock: Clock;
  readonly #releasesByApproval = new Map<string, Set<() => void>>();
  #count = 0;
  #isStopped = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Resolves when the approval is answered, after 50 s, or once `signal` aborts. `RateLimited` when
   * sixteen requests are held already, `Stopping` once nothing is held any more.
   */
  async hold(approvalId: string, signal: AbortSignal): Promise<void> {
    await this.#wait(approvalId, signal);
    if (this.#isStopped) throw new Failure('Stopping', 'The server is stopping; ask again in a moment.');
  }

  /** Lets all of them go, to be told to ask again: the question of each is still open then. */
  stop(): void {
    this.#isStopped = true;
    for (const approvalId of this.#releasesByApproval.keys()) this.release(approvalId);
  }

  #wait(approvalId: string, signal: AbortSignal): Promise<void> {
    if (this.#count >= mostHeld) {
      throw new Failure(
        'RateLimited',
        'Too many requests wait for the owner at once; try again in a minute.',
      );
    }
    if (signal.aborted || this.#isStopped) return Promise.resolve();
    return new Promise((resolve) => {
      const releases = this.#releasesByApproval.get(approvalId) ?? new Set();
      const release = () => {
        if (!releases.delete(release)) return;
        this.#count -= 1;
        if (releases.size === 0) this.#releasesByApproval.delete(approvalId);
        cancel();
        signal.removeEventListener('abort', release);
        resolve();
      };
      const cancel = this.#clock.after(holdMs, release);
      signal.addEventListener('abort', release);
      releases.add(release);
      this.#releasesByApproval.set(approvalId, releases);
      this.#count += 1;
    });
  }

  /** Lets every request of this approval go on. */
  release(approvalId: string): void {
    for (const release of this.#releasesByApproval.get(approvalId) ?? []) release();
  }
}
