import { encodeSyncMessage } from '../format/sync-message.ts';
import { answerTo, newsFor, type Answer } from '../graph/conversation.ts';
import { isKnown, quickAnswer } from '../graph/quick-answer.ts';
import type { DocumentId } from '../store/document-id.ts';
import type { DurableDocument } from './durable-document.ts';
import type { Peer } from './peer.ts';
import type { Guest } from './reception.ts';
import type { Watcher } from './watchers.ts';
import { encodeFrame } from './wire.ts';

export interface SpeechOptions {
  readonly documentId: DocumentId;
  /** The id this server has in the namespace. */
  readonly peerId: string;
  /** Whether the peer may hear of the document, and its socket has room. */
  mayHear(peer: Peer): boolean;
  /** A peer asked for a document that is not here. */
  missing(peer: Peer): void;
}

/** Nearly all of a document is sent as it is stored. */
const fewest = 1 / 3;
const noChunks: readonly Uint8Array[] = [];

/** What is said of one document: sync messages, as the frames that carry them. */
export class DocumentSpeech {
  readonly #durable: DurableDocument;
  readonly #options: SpeechOptions;
  /** The frame said last: most watchers are told the same. */
  #last: { readonly heads: readonly string[]; readonly key: string; readonly frame: Uint8Array } | undefined;

  constructor(durable: DurableDocument, options: SpeechOptions) {
    this.#durable = durable;
    this.#options = options;
  }

  /** Answers the messages of a round; those of peers that cannot hear now wait for `tellNews`. */
  async answer(guests: readonly Guest[]): Promise<void> {
    for (const { peer, watcher, message, intake } of guests) {
      if (!peer.isJoined) continue; // It was refused meanwhile.
      watcher.unanswered = { message: { ...message, changes: noChunks }, intake };
      await this.tellNews(peer, watcher);
    }
  }

  /** Tells a peer what it lacks, and answers what it last said. */
  async tellNews(peer: Peer, watcher: Watcher): Promise<void> {
    if (!this.#options.mayHear(peer)) return;
    if (this.#isMissing(peer, watcher)) return;
    if (this.#durable.heads.length > 0) watcher.isWaiting = false;
    const answer = await this.#nextAnswer(watcher);
    watcher.unanswered = undefined;
    if (answer) peer.sendEncoded(await this.#frame(answer));
  }

  /** Asks for a document that is not here. */
  ask(peer: Peer): void {
    const data = encodeSyncMessage({ heads: [], need: [], have: [{ lastSync: [] }], changes: [] });
    peer.send({ ...this.#address, targetId: peer.name, type: 'request', data });
  }

  tellMissing(peer: Peer): void {
    peer.send({ ...this.#address, targetId: peer.name, type: 'doc-unavailable' });
  }

  get #address() {
    const { peerId: senderId, documentId } = this.#options;
    return { senderId, documentId };
  }

  /** Nobody has the document, neither here nor at the other end. */
  #isMissing(peer: Peer, watcher: Watcher): boolean {
    const { unanswered, conversation } = watcher;
    if (this.#durable.heads.length > 0 || !unanswered) return false;
    const { message, intake } = unanswered;
    const canSend = message.heads.length > 0 && !conversation.isReadOnly;
    if (canSend || intake.hasChanges) return false;
    conversation.held = this.#durable.heads;
    watcher.unanswered = undefined;
    if (watcher.isWaiting) return true;
    watcher.isWaiting = true;
    this.#options.missing(peer);
    return true;
  }

  async #nextAnswer(watcher: Watcher): Promise<Answer | undefined> {
    const { unanswered, conversation } = watcher;
    const { heads, isOpened } = this.#durable;
    const quick = unanswered
      ? quickAnswer(conversation, unanswered, { heads, isOpened })
      : isKnown(conversation, heads);
    if (quick !== undefined) return quick === 'silence' ? undefined : quick;
    const graph = await this.#durable.graph();
    if (!unanswered) return newsFor(graph, conversation);
    return answerTo(graph, conversation, unanswered.message, unanswered.intake);
  }

  async #frame({ send, need }: Answer): Promise<Uint8Array> {
    // Who takes all of it gets nothing that Automerge might not open.
    if (send === 'everything' && this.#durable.isToBeJudged) await this.#durable.judge('awaited');
    const { heads } = this.#durable;
    const key = `${need.join()}:${typeof send === 'string' ? send : send.join()}`;
    if (this.#last?.heads === heads && this.#last.key === key) return this.#last.frame;
    const changes = await this.#chunks(send);
    const data = encodeSyncMessage({ heads, need, have: [{ lastSync: heads }], changes });
    // No client looks at `targetId`, so that one frame serves all.
    const frame = encodeFrame({ ...this.#address, targetId: '', type: 'sync', data });
    this.#last = { heads, key, frame };
    return frame;
  }

  async #chunks(send: Answer['send']): Promise<readonly Uint8Array[]> {
    if (send === 'everything') return this.#durable.chunks();
    if (send.length === 0) return [];
    const graph = await this.#durable.graph();
    const inside = send.filter((index) => graph.bytesAt(index) === undefined).length;
    if (inside > graph.size * fewest) return this.#durable.chunks();
    return this.#durable.changes(send);
  }
}
