import { statSync } from 'node:fs';
import { systemClock } from '../../platform/clock.ts';
import { startProgress } from '../../platform/progress.ts';
import type { Terminal } from '../../platform/terminal.ts';

/** A bar for the reading of one file. */
export function readingProgress(path: string, terminal: Terminal) {
  const progress = startProgress({ terminal, elapsed: systemClock.elapsed, unit: 'bytes' });
  const total = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  let done = 0;
  return {
    read: (bytes: number): void => progress.show((done += bytes), total, 'reading'),
    [Symbol.dispose]: () => progress[Symbol.dispose](),
  };
}
