import { getLogger } from '@logtape/logtape';
import { join } from 'node:path';
import { createFence, type Fence } from '../../src/core/fence/fence.ts';
import { defaultFenceLimits, type FenceLimits } from '../../src/core/fence/limits.ts';
import { systemClock, type Clock } from '../../src/platform/clock.ts';
import { ownCommand } from '../../src/platform/executable.ts';

export interface TestFenceOptions {
  readonly command?: readonly string[];
  readonly limits?: Partial<FenceLimits>;
  readonly clock?: Clock;
}

/** A fence with the real child from source, or another; closed with the test. */
export function openFence(options: TestFenceOptions = {}): Fence & AsyncDisposable {
  const fence = createFence({
    command: options.command ?? ownCommand(),
    limits: { ...defaultFenceLimits, ...options.limits },
    clock: options.clock ?? systemClock,
    log: getLogger('groundmist-test'),
  });
  return { ...fence, [Symbol.asyncDispose]: () => fence.close() };
}

/** The command of a child that does what the chunk it is to open says: see `fake-fence-child.ts`. */
export const fakeChild = [
  process.execPath,
  '--no-env-file',
  join(import.meta.dir, 'fake-fence-child.ts'),
] as const;

/** A chunk that tells a fake child what to do. */
export function order(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The id of the child that answered, as a fake one gives it. */
export function answeringChild(opened: Awaited<ReturnType<Fence['open']>>): number {
  if (opened.kind === 'refused') throw new Error(`it was refused: ${opened.reason}`);
  return new DataView(Uint8Array.from(opened.interior).buffer).getUint32(0, true);
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
