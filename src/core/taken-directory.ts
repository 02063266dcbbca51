import type { Logger } from '@logtape/logtape';
import type { Clock } from '../platform/clock.ts';
import { ownCommand } from '../platform/executable.ts';
import { createFence, type Fence } from './fence/fence.ts';
import { defaultFenceLimits } from './fence/limits.ts';
import { lockDataDirectory } from './store/lock.ts';
import { Stores, type StoreBackend } from './store/stores.ts';

/** A data directory that this process alone writes to, until it is disposed. */
export interface TakenDirectory extends AsyncDisposable {
  readonly stores: Stores;
  readonly fence: Fence;
}

export interface TakeOptions {
  readonly dataDirectory: string;
  readonly store?: StoreBackend | undefined;
  /** Where the server listens; empty of a command that works alone, which says its name. */
  readonly listen: string;
  readonly command?: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A data directory that nobody else writes to, before it is known which stores are in it. */
export interface HeldDirectory extends AsyncDisposable {
  readonly fence: Fence;
}

/** Takes the lock, for a server or a command that writes without one; `Busy` says who has it. */
export async function takeDataDirectory(options: TakeOptions): Promise<TakenDirectory> {
  const { dataDirectory, store, clock, log } = options;
  await using opened = new AsyncDisposableStack();
  const { fence } = opened.use(await holdDataDirectory(options));
  const stores = new Stores({ dataDirectory, backend: store, clock, fence, log });
  opened.defer(() => stores.close());
  const taken = opened.move();
  return { stores, fence, [Symbol.asyncDispose]: () => taken.disposeAsync() };
}

/** The same without the stores. */
export async function holdDataDirectory(options: TakeOptions): Promise<HeldDirectory> {
  const { dataDirectory, listen, command, clock, log } = options;
  await using opened = new AsyncDisposableStack();
  const holder = { pid: process.pid, startedAt: clock.now(), listen, ...(command && { command }) };
  opened.use(lockDataDirectory(dataDirectory, holder));
  const fence = opened.adopt(
    createFence({ command: ownCommand(), limits: defaultFenceLimits, clock, log }),
    (open) => open.close(),
  );
  const held = opened.move();
  return { fence, [Symbol.asyncDispose]: () => held.disposeAsync() };
}
