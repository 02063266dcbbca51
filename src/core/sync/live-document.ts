import type { Fence } from '../fence/fence.ts';
import { decodeSyncMessage } from '../format/sync-message.ts';
import type { DocumentId } from '../store/document-id.ts';
import type { DocumentStore, Heads } from '../store/document-store.ts';
import type { Evictable } from './document-cache.ts';
import { DocumentRound } from './document-round.ts';
import type { Watched } from './held-back.ts';
import type { SyncLimits } from './limits.ts';
import type { Peer } from './peer.ts';
import { RoundQueue } from './round-queue.ts';
import type { SyncFrames } from './sync-frames.ts';
import type { SyncMeasures } from './sync-measures.ts';
import { Watchers } from './watchers.ts';

/** What a live document needs of its hub. */
export interface DocumentHost {
  readonly store: DocumentStore;
  readonly fence: Fence;
  /** The id this server has in the namespace. */
  readonly peerId: string;
  readonly frames: SyncFrames;
  readonly limits: SyncLimits;
  readonly measures: SyncMeasures;
  /** A round is over: the document may leave memory, or be forgotten where nobody watches it. */
  rested(document: LiveDocument): void;
  /** Something came that Automerge is to look at: `check` it soon, or only later where nobody depends on it. */
  unchecked(document: LiveDocument, when: 'soon' | 'later'): void;
  /** Something that was stored is in quarantine now. */
  setAside(document: LiveDocument, reason: string): void;
  /** A chunk of it cannot be read back from the store. */
  damaged(document: LiveDocument, reason: string): void;
  /** A peer asked for a document that is not here: `tellMissing` now, or later if it may still arrive. */
  missing(document: LiveDocument, peer: Peer): void;
  /** A peer was told so, and need not follow the document until it `arrived`. */
  toldMissing(document: LiveDocument, peer: Peer): void;
  /** The document has something new, and is here for the first time maybe: `expect` whoever asked for it before. */
  arrived(document: LiveDocument): void;
  /** Asked each time before the peer hears anything of the document. */
  mayRead(document: LiveDocument, peer: Peer): boolean;
  /** An error of ours while this document was served. */
  fault(document: LiveDocument, error: unknown): void;
}

/** What a document needs while something is done with it. */
interface Work {
  readonly round: DocumentRound;
  readonly queue: RoundQueue;
}

/** What it costs in memory to be at work, in changes. */
const workWeight = 50;

/**
 * The live side of one document: who follows it, and what waits for its next round. One that is followed and at rest, as most
 * are, is little more than that.
 */
export class LiveDocument implements Evictable, Watched {
  readonly id: DocumentId;
  readonly #host: DocumentHost;
  readonly #watchers = new Watchers();
  #work: Work | undefined;

  constructor(id: DocumentId, host: DocumentHost) {
    this.id = id;
    this.#host = host;
  }

  get isBusy(): boolean {
    return this.#isInRound || (this.#work?.round.isCompacting ?? false);
  }

  get weight(): number {
    return this.#work === undefined ? 0 : workWeight + this.#work.round.durable.weight;
  }

  get isWatched(): boolean {
    return this.#watchers.size > 0;
  }

  /** How many times as long as others it waits for Automerge's judgement. */
  get judgementTurns(): number {
    return this.#work?.round.durable.judgementTurns ?? 1;
  }

  *watchers(): Iterable<Peer> {
    for (const { peer } of this.#watchers.list) yield peer;
  }

  /**
   * Lets this peer follow the document. What a read-only peer sends is answered and never taken in. False where
   * it follows the document the other way already: what it was told cannot be turned round.
   */
  watch(peer: Peer, { readOnly }: { readonly readOnly: boolean }): boolean {
    const known = this.#watchers.get(peer);
    if (known) return known.isReadOnly === readOnly;
    this.#watchers.add(peer, { isReadOnly: readOnly });
    peer.watched.add(this);
    return true;
  }

  /** As `watch`, for a peer that asked before, and has nothing of it. */
  expect(peer: Peer, { readOnly }: { readonly readOnly: boolean }): void {
    if (this.#watchers.get(peer)) return;
    this.#watchers.add(peer, { isReadOnly: readOnly, held: [] });
    peer.watched.add(this);
  }

  unwatch(peer: Peer): void {
    this.#watchers.delete(peer);
    this.#work?.queue.forget(peer);
    this.#work?.round.forget(peer);
    if (!this.isBusy) this.#host.rested(this);
  }

  /** Takes a sync message of a watching peer. */
  receive(peer: Peer, data: Uint8Array): void {
    const message = decodeSyncMessage(data);
    if ('kind' in message) {
      const code = message.kind === 'malformed' ? 'ProtocolViolation' : 'PayloadTooLarge';
      peer.refuse(code, `this sync message is refused: ${message.reason}`);
      return;
    }
    if (!this.#isInRound && this.#work?.round.answerAtOnce(peer, message) === true) {
      this.#host.measures.answers.add('graph');
      return;
    }
    this.#atWork().queue.receive({ peer, message, sizeBytes: data.length });
  }

  speakTo(peer: Peer): Promise<void> {
    return this.#atWork().queue.hear(peer);
  }

  /** Takes in a change of the owner's: on disk and on its way to everybody when it resolves. False where its heads are others. */
  write(change: Uint8Array, on: Heads): Promise<boolean> {
    const { round, queue } = this.#atWork();
    return queue.runAlone(() => round.write(change, on));
  }

  /** Has Automerge look at what is stored and it has not seen. Never rejects. */
  check(): Promise<void> {
    return this.#atWork().queue.hear(undefined);
  }

  /** Resolves once nothing waits to be worked on. */
  async rest(): Promise<void> {
    await this.#work?.queue.rest();
  }

  /** Asks a peer for this document, which is not here. */
  ask(peer: Peer): void {
    this.watch(peer, { readOnly: false });
    const { round } = this.#atWork();
    if (!this.isBusy && round.durable.heads.length === 0) round.speech.ask(peer);
  }

  /** Says that the document is not here, to a peer that still waits for it; not while it is being stored. */
  tellMissing(peer: Peer): void {
    const { round, queue } = this.#atWork();
    // Not while it is compacted: that may take long, and changes nothing that is said.
    if (queue.isWorking) {
      void queue.rest().then(() => this.tellMissing(peer)); // Rounds never reject.
      return;
    }
    const watcher = this.#watchers.get(peer);
    if (!watcher?.isWaiting) return;
    watcher.isWaiting = false;
    round.speech.tellMissing(peer);
    if (round.durable.heads.length === 0) this.#host.toldMissing(this, peer);
  }

  /** Gives the memory back; the store has all. */
  release(): void {
    this.#work?.round.durable.release();
    if (!this.isBusy && this.#work?.round.isNeeded === false) this.#work = undefined;
  }

  get #isInRound(): boolean {
    return this.#work?.queue.isWorking ?? false;
  }

  #atWork(): Work {
    if (this.#work) return this.#work;
    const round = new DocumentRound(this, this.#watchers, this.#host);
    this.#work = { round, queue: new RoundQueue(round) };
    return this.#work;
  }
}
