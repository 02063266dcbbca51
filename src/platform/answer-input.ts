import type { Key } from 'node:readline';
import { Readable } from 'node:stream';

/** What is needed of `process.stdin`. */
export interface AnswerSource {
  readonly readableEnded: boolean;
  readonly destroyed: boolean;
  setRawMode(isRaw: boolean): unknown;
  resume(): unknown;
  pause(): unknown;
  on(event: SourceEvent, listener: (bytes: Uint8Array | undefined) => void): unknown;
  off(event: SourceEvent, listener: (bytes: Uint8Array | undefined) => void): unknown;
}

type SourceEvent = 'data' | 'end' | 'close' | 'error';

/** A Ctrl-D that was typed before the terminal gave us each key arrives so. */
const earlyEnd = 0;

/**
 * What a person types while one question stands, for a library that does not hear of the end: `leave` is called once they
 * type Ctrl-D or their terminal is gone. In a `field` with words in it Ctrl-D only deletes one of them.
 */
export class AnswerInput extends Readable implements Disposable {
  readonly isTTY = true;
  readonly #source: AnswerSource;
  readonly #leave: () => void;

  constructor(source: AnswerSource, kind: 'field' | 'list', leave: () => void) {
    super({ read: () => {} });
    this.#source = source;
    this.#leave = leave;
    for (const event of ['end', 'close', 'error'] as const) source.on(event, leave);
    source.on('data', this.#hear);
    source.resume();
    this.on('keypress', (_text: unknown, key?: Key) => {
      if (key?.ctrl !== true || key.name !== 'd') return;
      // The line reader hears of the key after us, and pauses us where it ends the line.
      queueMicrotask(() => {
        if (kind === 'list' || this.isPaused()) leave();
      });
    });
    if (source.readableEnded || source.destroyed) leave();
  }

  /** A terminal that is gone has no modes any more, and that is no failure of ours. */
  setRawMode(isRaw: boolean): this {
    try {
      this.#source.setRawMode(isRaw);
    } catch {
      this.#leave();
    }
    return this;
  }

  [Symbol.dispose](): void {
    this.#source.off('data', this.#hear);
    for (const event of ['end', 'close', 'error'] as const) this.#source.off(event, this.#leave);
    this.#source.pause();
    this.destroy();
  }

  readonly #hear = (bytes: Uint8Array | undefined): void => {
    if (bytes?.includes(earlyEnd) === true) this.#leave();
    else this.push(bytes);
  };
}
