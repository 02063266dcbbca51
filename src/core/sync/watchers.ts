import { newConversation, type Conversation, type Unanswered } from '../graph/conversation.ts';
import type { Peer } from './peer.ts';

export interface Watcher {
  readonly conversation: Conversation;
  /** It was not answered yet about a document that is not here. */
  isWaiting: boolean;
  /** What it said last and was not answered yet. */
  unanswered: Unanswered | undefined;
}

interface Following {
  readonly isReadOnly: boolean;
  readonly held?: Conversation['held'];
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

  some(isSo: (peer: Peer) => boolean): boolean {
    for (const peer of this.#watchers.keys()) if (isSo(peer)) return true;
    return false;
  }

  get(peer: Peer): Watcher | undefined {
    return this.#watchers.get(peer);
  }

  /** `held` is what it has by its own word, where it has said so before. */
  add(peer: Peer, { isReadOnly, held }: Following): void {
    this.#watchers.set(peer, {
      conversation: { ...newConversation(isReadOnly), held },
      isWaiting: false,
      unanswered: undefined,
    });
  }

  delete(peer: Peer): void {
    this.#watchers.delete(peer);
  }
}
