import { RateLimiter } from './limits.ts';

/** Of one sentence, whatever is filled in; and of one area, whatever it says. */
const sentences = { burst: 100, everyMs: 60_000, mostKeys: 256 };
const areas = { burst: 500, everyMs: 5_000, mostKeys: 32 };

/** Keeps what strangers can cause from filling the disk: what repeats is counted, and told at most so often. */
export class FloodGuard {
  readonly #sentences = new RateLimiter(sentences);
  readonly #areas = new RateLimiter(areas);
  #untold = 0;

  /** How many lines were left out since one was told; undefined where this one is left out too. */
  take(area: string, sentence: string, now: number): number | undefined {
    if (!this.#sentences.take(`${area} ${sentence}`, now) || !this.#areas.take(area, now)) {
      this.#untold += 1;
      return undefined;
    }
    const untold = this.#untold;
    this.#untold = 0;
    return untold;
  }

  /** One that was let through could not be written. */
  lost(): void {
    this.#untold += 1;
  }
}
