import { createFence, type Fence } from '../../core/fence/fence.ts';
import { defaultFenceLimits } from '../../core/fence/limits.ts';
import type { Terminal } from '../../platform/terminal.ts';
import { systemClock } from '../../platform/clock.ts';
import { ownCommand } from '../../platform/executable.ts';
import { openLog } from '../../platform/log.ts';

/** Automerge in a process of its own, for as long as a command runs. */
export async function openOwnFence(terminal: Terminal): Promise<Fence & AsyncDisposable> {
  const log = await openLog({
    form: 'text',
    level: 'warning',
    write: (line, priority) => !terminal.isVerbose || terminal.log(line, priority),
  });
  const fence = createFence({ command: ownCommand(), limits: defaultFenceLimits, clock: systemClock, log });
  return { ...fence, [Symbol.asyncDispose]: () => fence.close() };
}
