import type { Logger } from '@logtape/logtape';
import { createFence, type Fence } from '../../core/fence/fence.ts';
import { defaultFenceLimits } from '../../core/fence/limits.ts';
import { systemClock } from '../../platform/clock.ts';
import { ownCommand } from '../../platform/executable.ts';
import { openLog } from '../../platform/log.ts';
import { startProgress, type Progress } from '../../platform/progress.ts';
import type { Terminal } from '../../platform/terminal.ts';

/** What the server's parts have to say while a command uses them. */
export function openTalk(terminal: Terminal): Promise<Logger> {
  return openLog({
    form: 'text',
    level: terminal.isVerbose ? 'debug' : 'warning',
    write: terminal.log,
  });
}

/** Automerge in a process of its own, for a command that takes no data directory. */
export function openOwnFence(log: Logger): Fence & AsyncDisposable {
  const fence = createFence({ command: ownCommand(), limits: defaultFenceLimits, clock: systemClock, log });
  return { ...fence, [Symbol.asyncDispose]: () => fence.close() };
}

export function documentProgress(terminal: Terminal): Progress {
  return startProgress({ terminal, elapsed: () => systemClock.elapsed(), unit: 'items' });
}
