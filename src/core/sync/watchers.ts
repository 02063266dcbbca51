import type { SyncState } from '../automerge.ts';
import type { Peer } from './peer.ts';
import type { Received } from './take-in.ts';

export interface Watcher {
  readonly isReadOnly: boolean;
  state: SyncState;
  /** It was not answered yet about a document that is not here. */
  isWaiting: boolean;
  /** What it sent while changes waited for others before them: in memory only, and never acknowledged. */
  unplacedBytes: number;
}

/** The peers that follow a document, each with what it is known to have. */
export class Watchers {
  readonly #watchers = new Map<Peer, Watcher>();

  get size(): number {
    return this.#watchers.size;
  }

  get peers(): Iterable<Peer> {
    return this.#watchers.keys();
  }

  /** All that waits for changes before it. */
  get unplacedBytes(): number {
    return this.#watchers.values().reduce((sum, { unplacedBytes }) => sum + unplacedBytes, 0);
  }

  get(peer: Peer): Watcher | undefined {
    return this.#watchers.get(peer);
  }

  add(peer: Peer, watcher: Pick<Watcher, 'isReadOnly' | 'state'>): void {
    this.#watchers.set(peer, { ...watcher, isWaiting: false, unplacedBytes: 0 });
  }

  delete(peer: Peer): void {
    this.#watchers.delete(peer);
  }

  setStates(states: ReadonlyMap<Peer, SyncState>): void {
    for (const [peer, state] of states) {
      const watcher = this.#watchers.get(peer);
      if (watcher) watcher.state = state;
    }
  }

  /** These messages came, and some changes of the document wait for others. */
  countUnplaced(received: readonly Received<Peer>[]): void {
    for (const { peer, data } of received) {
      const watcher = this.#watchers.get(peer);
      if (watcher) watcher.unplacedBytes += data.length;
    }
  }

  /** No change waits any more. */
  clearUnplaced(): void {
    for (const watcher of this.#watchers.values()) watcher.unplacedBytes = 0;
  }

  /**
   * What waited is gone from memory. Its senders would not send it again on this connection (Automerge
   * remembers what it sent), so they have to come with a new one.
   */
  refuseUnplaced(): void {
    for (const [peer, { unplacedBytes }] of this.#watchers) {
      if (unplacedBytes > 0) peer.refuse('RateLimited', 'the changes before those you sent did not arrive');
    }
  }
}
