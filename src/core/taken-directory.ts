import type { Logger } from '@logtape/logtape';
import type { Clock } from '../platform/clock.ts';
import { ownCommand } from '../platform/executable.ts';
import { createFence, type Fence } from './fence/fence.ts';
import { defaultFenceLimits } from './fence/limits.ts';
import { logOf } from './log-areas.ts';
import type { Disk } from './store/disk.ts';
import { lockDataDirectory } from './store/lock.ts';
import { toStoreFailure } from './store/store-failure.ts';
import { Seal } from './store/sums.ts';
import { refuseUnfinishedRestore } from './store/unfinished-restore.ts';
import { Stores, type StoreBackend } from './store/stores.ts';

/** A data directory that nobody else writes to until it is disposed, before it is known which stores are in it. */
export interface HeldDirectory extends AsyncDisposable {
  readonly fence: Fence;
  /** The hashes of what was there before, and at the end of what is left. */
  readonly seal: Pick<Seal, 'forget'>;
}

/** The same with its stores. */
export interface TakenDirectory extends HeldDirectory {
  readonly stores: Stores;
}

export interface HoldOptions {
  readonly dataDirectory: string;
  /** Where the server listens; empty of a command that works alone, which says its name. */
  readonly listen: string;
  readonly command?: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** What has to be done while nothing is open yet. */
  readonly prepare?: () => Promise<void>;
}

export interface TakeOptions extends HoldOptions {
  readonly store?: StoreBackend | undefined;
}

/** Takes the lock, for a server or a command that writes without one; `Busy` says who has it. */
export async function takeDataDirectory(options: TakeOptions): Promise<TakenDirectory> {
  const { dataDirectory, store, clock, log } = options;
  let disk: Disk | undefined;
  await using opened = new AsyncDisposableStack();
  const { fence, seal } = opened.use(await hold(options, () => disk));
  const stores = new Stores({ dataDirectory, backend: store, clock, fence, log: logOf(log, 'store') });
  disk = stores.disk;
  opened.defer(() => stores.close());
  stores.refuseNewer();
  const taken = opened.move();
  return { stores, fence, seal, [Symbol.asyncDispose]: () => taken.disposeAsync() };
}

/** The same without the stores, for who changes which there are. */
export function holdDataDirectory(options: HoldOptions): Promise<HeldDirectory> {
  return hold(options, () => undefined);
}

async function hold(options: HoldOptions, diskInUse: () => Disk | undefined): Promise<HeldDirectory> {
  const { dataDirectory, listen, command, clock, log } = options;
  refuseUnfinishedRestore(dataDirectory);
  await using opened = new AsyncDisposableStack();
  const holder = { pid: process.pid, startedAt: clock.now(), listen, ...(command && { command }) };
  opened.use(lockDataDirectory(dataDirectory, holder));
  const seal = new Seal(dataDirectory);
  opened.defer(() => leaveSealed(seal, options, diskInUse()));
  await options.prepare?.();
  const fence = opened.adopt(
    createFence({ command: ownCommand(), limits: defaultFenceLimits, clock, log: logOf(log, 'fence') }),
    (open) => open.close(),
  );
  const held = opened.move();
  return { fence, seal, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

/** Whoever stops a server kills it after a while: large files on a slow disk are left without. */
const mostSealingMs = 5_000;

/**
 * What cannot be sealed, as on a full disk, is no reason to end badly: everything is on disk. After an error of the disk
 * nobody knows what is on it, and nobody vouches for it.
 */
async function leaveSealed(
  seal: Seal,
  { clock, command, log }: HoldOptions,
  disk: Disk | undefined,
): Promise<void> {
  const startedAt = clock.elapsed();
  const isServer = command === undefined;
  try {
    disk?.refuseIfBroken();
    await seal.renew(() => isServer && clock.elapsed() - startedAt > mostSealingMs);
  } catch (error) {
    const reason = toStoreFailure(error, 'the data directory').message;
    logOf(log, 'store').warn('The hashes that `verify` compares with were not written: {reason}', { reason });
  }
}
