import type { Clock } from './clock.ts';
import { Histogram, type Distribution } from './histogram.ts';

const everyMs = 1_000;
/** Looks after the last time that somebody asked: whoever asks does so once a minute or so. */
const mostLooks = 300;
const milliseconds = [1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500];

/**
 * How much later than it should the process gets to what is due: what holds up one client holds up all. Looks once a second while
 * somebody asks for it now and then, and not at all otherwise.
 */
export class LoopLag implements Disposable {
  readonly #clock: Pick<Clock, 'elapsed' | 'after'>;
  readonly #lags = new Histogram(milliseconds);
  #looksLeft = 0;
  #cancel: (() => void) | undefined;

  constructor(clock: Pick<Clock, 'elapsed' | 'after'>) {
    this.#clock = clock;
  }

  /** In milliseconds. */
  read(): Distribution {
    this.#looksLeft = mostLooks;
    if (this.#cancel === undefined) this.#wait();
    return this.#lags.read();
  }

  [Symbol.dispose](): void {
    this.#cancel?.();
  }

  #wait(): void {
    const dueAt = this.#clock.elapsed() + everyMs;
    this.#cancel = this.#clock.after(everyMs, () => {
      this.#lags.add(Math.max(0, this.#clock.elapsed() - dueAt));
      this.#looksLeft -= 1;
      this.#cancel = undefined;
      if (this.#looksLeft > 0) this.#wait();
    });
  }
}
