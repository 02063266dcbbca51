/** The keys of a person at a terminal, one at a time and not shown. Keys that nobody waits for are dropped. */
export interface Keyboard extends Disposable {
  /** The next key that is pressed; undefined where the terminal gives none any more. */
  next(): Promise<string | undefined>;
}

/** What is needed of `process.stdin`. */
export interface KeySource {
  setRawMode(isRaw: boolean): unknown;
  resume(): unknown;
  pause(): unknown;
  on(event: 'data' | 'end', listener: (bytes: Uint8Array) => void): unknown;
  off(event: 'data' | 'end', listener: (bytes: Uint8Array) => void): unknown;
}

const controlC = '\u0003';

/** Takes the terminal's keys until it is disposed. Ctrl-C is a key like any other meanwhile, and calls `interrupt`. */
export function openKeyboard(source: KeySource, interrupt: () => void): Keyboard {
  let waiting: ((key: string | undefined) => void) | undefined;
  let hasEnded = false;
  const give = (key: string | undefined): void => {
    waiting?.(key);
    waiting = undefined;
  };
  const hear = (bytes: Uint8Array): void => {
    const key = new TextDecoder().decode(bytes);
    if (key.includes(controlC)) interrupt();
    else give(key);
  };
  const end = (): void => {
    hasEnded = true;
    give(undefined);
  };
  source.setRawMode(true);
  source.on('data', hear);
  source.on('end', end);
  source.resume();
  return {
    next() {
      if (hasEnded) return Promise.resolve(undefined);
      return new Promise((resolve) => {
        waiting = resolve;
      });
    },
    [Symbol.dispose]() {
      source.off('data', hear);
      source.off('end', end);
      source.setRawMode(false);
      source.pause();
    },
  };
}
