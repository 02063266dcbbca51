import { newConversation, type Conversation, type Unanswered } from '../graph/conversation.ts';
import type { Peer } from './peer.ts';

/** A peer that follows a document, and what is known of its copy. */
export interface Watcher extends Conversation {
  readonly peer: Peer;
  /** It was not answered yet about a document that is not here. */
  isWaiting: boolean;
  /** What it said last and was not answered yet. */
  unanswered: Unanswered | undefined;
}

interface Following {
  readonly isReadOnly: boolean;
  readonly held?: Conversation['held'];
}

/** From here on they are found by a map: most documents have one or two, for which it is the largest part of their memory. */
const fewest = 8;
const nobody: readonly Watcher[] = [];

/** The peers that follow a document. */
export class Watchers {
  /** Never changed, but replaced: who goes through them may be interrupted. */
  #list: readonly Watcher[] = nobody;
  #byPeer: Map<Peer, Watcher> | undefined;

  get size(): number {
    return this.#list.length;
  }

  /** Those there are now. */
  get list(): readonly Watcher[] {
    return this.#list;
  }

  get(peer: Peer): Watcher | undefined {
    if (this.#byPeer) return this.#byPeer.get(peer);
    return this.#list.find((watcher) => watcher.peer === peer);
  }

  /** `held` is what it has by its own word, where it has said so before. */
  add(peer: Peer, { isReadOnly, held }: Following): void {
    const watcher = { ...newConversation(isReadOnly), held, peer, isWaiting: false, unanswered: undefined };
    this.#replace([...this.#list, watcher]);
  }

  delete(peer: Peer): void {
    this.#replace(this.#list.filter((watcher) => watcher.peer !== peer));
  }

  #replace(list: readonly Watcher[]): void {
    this.#list = list;
    this.#byPeer = list.length < fewest ? undefined : new Map(list.map((watcher) => [watcher.peer, watcher]));
  }
}
