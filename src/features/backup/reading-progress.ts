import { statSync } from 'node:fs';
import { systemClock } from '../../platform/clock.ts';
import { startProgress } from '../../platform/progress.ts';
import type { Terminal } from '../../platform/terminal.ts';

/** A bar for the reading of one file. Why one cannot be read is for who reads it to say. */
export function readingProgress(path: string, terminal: Terminal) {
  const progress = startProgress({ terminal, elapsed: systemClock.elapsed, unit: 'bytes' });
  const total = sizeOf(path);
  let done = 0;
  return {
    read: (bytes: number): void => progress.show((done += bytes), total, 'reading'),
    [Symbol.dispose]: () => progress[Symbol.dispose](),
  };
}

/** 0 where it cannot be told. */
function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}
