import type { Chain } from '../corpus/chain.ts';
import type { Home } from '../servers/home.ts';
import { Follower, type OnSeen } from '../wire/follower.ts';
import { upload } from '../wire/upload.ts';

export const watcherCount = 20;

/** One document that an editor and many watchers have open, each on a socket of their own; gives the editor. */
export async function setStage(home: Home, chain: Chain, onSeen: OnSeen, watchers = watcherCount) {
  const { base } = chain;
  await upload(await home.peer(), [base]);
  const peers = await home.peers(watchers);
  await Promise.all(peers.map((peer) => Follower.open(peer, base.id, chain, onSeen)));
  const editor = await Follower.open(await home.peer(), base.id, chain);
  await home.server.quiet();
  return editor;
}

/** Has the editor make a change every so often; calls `onEdit` with its place just before. */
export async function editSteadily(
  editor: Follower,
  { everyMs, count }: { readonly everyMs: number; readonly count: number },
  onEdit: OnSeen = () => {},
): Promise<void> {
  const startedAt = performance.now();
  for (let place = 1; place <= count; place++) {
    await Bun.sleep(Math.max(0, startedAt + place * everyMs - performance.now()));
    onEdit(place);
    editor.edit();
  }
}
