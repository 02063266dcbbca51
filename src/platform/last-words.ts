import { writeSync } from 'node:fs';
import { escapeLines } from './escape.ts';

const stderr = 2;

/** Says a sentence where the process ends before it is taken back, as at a second Ctrl-C; nothing else can then. */
export function lastWords(sentence: string): Disposable {
  const say = (): void => {
    try {
      writeSync(stderr, `${escapeLines(sentence)}\n`);
    } catch {
      // Nobody is there to read it.
    }
  };
  process.once('exit', say);
  return { [Symbol.dispose]: () => void process.off('exit', say) };
}
