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
  on(event: 'data' | KeyEnd, listener: (bytes: Uint8Array) => void): unknown;
  off(event: 'data' | KeyEnd, listener: (bytes: Uint8Array) => void): unknown;
}

/** How a terminal that has closed says so: where it is a pseudo-terminal, reading it may fail. */
const keyEnds = ['end', 'error', 'close'] as const;
type KeyEnd = (typeof keyEnds)[number];

/** Ctrl-C and Ctrl-D */
const leavingKeys = ['\u0003', '\u0004'];

/**
 * Takes the terminal's keys until it is disposed. Ctrl-C and Ctrl-D are keys like any other meanwhile, and call
 * `interrupt`, as does a terminal that closes: nobody is there any more.
 */
export function openKeyboard(source: KeySource, interrupt: () => void): Keyboard {
  let waiting: ((key: string | undefined) => void) | undefined;
  let hasEnded = false;
  const give = (key: string | undefined): void => {
    waiting?.(key);
    waiting = undefined;
  };
  const hear = (bytes: Uint8Array): void => {
    const key = new TextDecoder().decode(bytes);
    if (leavingKeys.some((leaving) => key.includes(leaving))) interrupt();
    else give(key);
  };
  const end = (): void => {
    if (hasEnded) return;
    hasEnded = true;
    interrupt();
    give(undefined);
  };
  source.setRawMode(true);
  source.on('data', hear);
  for (const event of keyEnds) source.on(event, end);
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
      for (const event of keyEnds) source.off(event, end);
      if (!hasEnded) source.setRawMode(false);
      source.pause();
    },
  };
}
