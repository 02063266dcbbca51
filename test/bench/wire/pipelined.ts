import type { Peer } from './peer.ts';

export interface Pipeline<Item> {
  /** How many are under way at a time. */
  readonly width: number;
  /** Resolves once the server has answered for good. */
  readonly work: (item: Item) => Promise<void>;
}

const stallMs = 120_000;

/** Works through the items, `width` at a time. Fails where the socket ends or nothing moves for two minutes. */
export async function pipelined<Item>(
  peer: Peer,
  items: readonly Item[],
  { width, work }: Pipeline<Item>,
): Promise<void> {
  const stalled = Promise.withResolvers<never>();
  let next = 0;
  let watchdog = setTimeout(() => {}, 0);
  const watch = (): void => {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => stalled.reject(new Error(`stalled after ${next} documents`)), stallMs);
  };
  const lane = async (): Promise<void> => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) {
      await work(item);
      if (next % width === 0) watch();
    }
  };
  watch();
  try {
    await Promise.race([Promise.all(Array.from({ length: width }, lane)), peer.ended, stalled.promise]);
  } finally {
    clearTimeout(watchdog);
  }
}
