import type { Peer } from './peer.ts';

/** A document as its watchers' sockets see it. */
export interface Watched {
  /** The socket has room again: say what was held back. Resolves once it is said, and never rejects. */
  speakTo(peer: Peer): Promise<void>;
  unwatch(peer: Peer): void;
}

/** The documents that have something to say to a peer whose socket was full. */
export class HeldBack {
  readonly #documents = new Set<Watched>();
  #isSpeaking = false;

  add(document: Watched): void {
    this.#documents.add(document);
  }

  delete(document: Watched): void {
    this.#documents.delete(document);
  }

  clear(): void {
    this.#documents.clear();
  }

  /** One document after the other, so that no more are loaded than the socket takes. Never rejects: `speakTo` does not. */
  async speakTo(peer: Peer): Promise<void> {
    if (this.#isSpeaking) return;
    this.#isSpeaking = true;
    for (const document of this.#documents) {
      if (peer.isBlocked) break;
      this.#documents.delete(document);
      await document.speakTo(peer);
    }
    this.#isSpeaking = false;
  }
}
