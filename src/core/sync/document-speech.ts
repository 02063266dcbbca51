import { encodeSyncMessage, type SyncMessage } from '../format/sync-message.ts';
import { answerTo, newsFor, type Answer } from '../graph/conversation.ts';
import { isKnown, isSame, quickAnswer } from '../graph/quick-answer.ts';
import type { DurableDocument } from './durable-document.ts';
import type { DocumentHost, LiveDocument } from './live-document.ts';
import type { Peer } from './peer.ts';
import { nothingTaken } from './reception.ts';
import type { Watcher } from './watchers.ts';

export type SpeechHost = Pick<DocumentHost, 'peerId' | 'frames' | 'mayRead' | 'missing'>;

/** A frame that others are told as well: those who hold the same, of the same state. */
interface News {
  readonly held: readonly string[] | undefined;
  readonly heads: readonly string[];
  readonly frame: Uint8Array;
}

/** What was known of a peer before something is said to it. */
type Before = Pick<Watcher, 'held' | 'unanswered'>;

/** Nearly all of a document is sent as it is stored. */
const fewest = 1 / 3;
const noChunks: readonly Uint8Array[] = [];

/**
 * What is said of one document: sync messages, as the frames that carry them. Most is said at once; only what the graph has to
 * tell, or the store to give, takes a promise.
 */
export class DocumentSpeech {
  readonly #document: LiveDocument;
  readonly #durable: DurableDocument;
  readonly #host: SpeechHost;
  /** Said last in this round: most watchers are told the same. */
  #news: News | undefined;
  /** The chunks sent last in this round, in the frame that has them. */
  #sent:
    | { readonly heads: readonly string[]; readonly send: Answer['send']; readonly frame: Uint8Array }
    | undefined;

  constructor(document: LiveDocument, durable: DurableDocument, host: SpeechHost) {
    this.#document = document;
    this.#durable = durable;
    this.#host = host;
  }

  /** Tells a peer what it lacks, and answers what it last said. Undefined where that is done already. */
  tellNews(watcher: Watcher): Promise<void> | undefined {
    const { peer } = watcher;
    if (!this.#mayHear(peer) || this.#isMissing(watcher)) return undefined;
    const { heads, isOpened } = this.#durable;
    const { held, unanswered } = watcher;
    if (heads.length > 0) watcher.isWaiting = false;
    const quick = unanswered
      ? quickAnswer(watcher, unanswered, { heads, isOpened })
      : (isKnown(watcher, heads) ?? this.#sayAgain(watcher));
    if (quick === undefined) return this.#askGraph(watcher);
    watcher.unanswered = undefined;
    return quick === 'silence' ? undefined : this.#say(watcher, quick, { held, unanswered });
  }

  /** Answers a message that names what is here, and asks for nothing; false where it is another. */
  agree(watcher: Watcher, message: SyncMessage): boolean {
    const { peer } = watcher;
    const { heads, isOpened } = this.#durable;
    if (message.changes.length > 0 || message.need.length > 0 || message.flags.isReset) return false;
    if (heads.length === 0 || watcher.unanswered || !isSame(message.heads, heads)) return false;
    if (!this.#mayHear(peer)) return false;
    watcher.isWaiting = false;
    const unanswered = { message, intake: nothingTaken };
    const answer = quickAnswer(watcher, unanswered, { heads, isOpened });
    if (typeof answer === 'object') peer.sendEncoded(this.#frame(answer, noChunks));
    return true;
  }

  /** Nobody is told the same any more. */
  forget(): void {
    this.#news = undefined;
    this.#sent = undefined;
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
    return { senderId: this.#host.peerId, documentId: this.#document.id };
  }

  /** Whether the peer may hear of the document, and its socket has room. */
  #mayHear(peer: Peer): boolean {
    return this.#host.mayRead(this.#document, peer) && peer.isReadyFor(this.#document);
  }

  /** Nobody has the document, neither here nor at the other end. */
  #isMissing(watcher: Watcher): boolean {
    const { unanswered } = watcher;
    if (this.#durable.heads.length > 0 || !unanswered) return false;
    const { message, intake } = unanswered;
    const canSend = message.heads.length > 0 && !watcher.isReadOnly;
    if (canSend || intake.hasChanges) return false;
    watcher.held = this.#durable.heads;
    watcher.unanswered = undefined;
    if (watcher.isWaiting) return true;
    watcher.isWaiting = true;
    this.#host.missing(this.#document, watcher.peer);
    return true;
  }

  /** To a watcher that holds the same as the one before. */
  #sayAgain(watcher: Watcher): 'silence' | undefined {
    const { heads } = this.#durable;
    if (this.#news?.heads !== heads || this.#news.held !== watcher.held) return undefined;
    watcher.held = heads;
    watcher.peer.sendEncoded(this.#news.frame);
    return 'silence';
  }

  async #askGraph(watcher: Watcher): Promise<void> {
    const hasNothing = watcher.held?.length === 0;
    if (hasNothing && this.#durable.isDoubtful) await this.#durable.judge('awaited');
    const graph = await this.#durable.graph();
    const { held, unanswered } = watcher;
    watcher.unanswered = undefined;
    const answer = unanswered
      ? answerTo(graph, watcher, unanswered.message, unanswered.intake)
      : newsFor(graph, watcher);
    if (!answer) return;
    await this.#say(watcher, answer, { held, unanswered });
  }

  #say(watcher: Watcher, answer: Answer, before: Before): Promise<void> | undefined {
    if (answer.send === 'everything' || answer.send.length > 0)
      return this.#sayWithChunks(watcher, answer, before);
    watcher.peer.sendEncoded(this.#frame(answer, noChunks));
    return undefined;
  }

  async #sayWithChunks(watcher: Watcher, answer: Answer, before: Before): Promise<void> {
    const { heads } = this.#durable;
    const frame = await this.#frameWithChunks(answer);
    // Its socket may have filled up meanwhile: then nothing was said, and it is said anew.
    if (!watcher.peer.isReadyFor(this.#document)) {
      watcher.held = before.held;
      watcher.unanswered = before.unanswered;
      return;
    }
    if (!before.unanswered) this.#news = { held: before.held, heads, frame };
    watcher.peer.sendEncoded(frame);
  }

  /** Peers that lack the same are sent the same frame, unless something is asked of them. */
  async #frameWithChunks(answer: Answer): Promise<Uint8Array> {
    const { send, need } = answer;
    const isPlain = need.length === 0;
    if (isPlain && this.#sent?.heads === this.#durable.heads && isSameSend(this.#sent.send, send))
      return this.#sent.frame;
    // Who takes all of it gets nothing that Automerge might not open.
    if (send === 'everything' && this.#durable.isDoubtful) await this.#durable.judge('awaited');
    const frame = this.#frame(answer, await this.#chunks(send));
    if (isPlain) this.#sent = { heads: this.#durable.heads, send, frame };
    return frame;
  }

  #frame({ need }: Answer, changes: readonly Uint8Array[]): Uint8Array {
    const { heads } = this.#durable;
    return this.#host.frames.encode(this.#document.id, { heads, need, have: [{ lastSync: heads }], changes });
  }

  async #chunks(send: Answer['send']): Promise<readonly Uint8Array[]> {
    if (send === 'everything') return this.#durable.chunks();
    const graph = await this.#durable.graph();
    const inside = send.filter((index) => graph.bytesAt(index) === undefined).length;
    if (inside > graph.size * fewest && !this.#durable.isDoubtful) return this.#durable.chunks();
    return this.#durable.changes(send);
  }
}

function isSameSend(left: Answer['send'], right: Answer['send']): boolean {
  if (typeof left === 'string' || typeof right === 'string') return left === right;
  return left.length === right.length && left.every((index, at) => index === right[at]);
}
