import { toFailure } from '../failure.ts';
import type { Fence } from '../fence/fence.ts';
import type { DocumentId } from '../store/document-id.ts';
import type { DocumentStore } from '../store/document-store.ts';
import type { Evictable } from './document-cache.ts';
import { DocumentSpeech } from './document-speech.ts';
import { DurableDocument } from './durable-document.ts';
import type { SyncLimits } from './limits.ts';
import type { Watched } from './held-back.ts';
import type { Peer } from './peer.ts';
import { Reception } from './reception.ts';
import { RoundQueue, type Received } from './round-queue.ts';
import { Watchers } from './watchers.ts';

/** What a live document needs of its hub. */
export interface DocumentHost {
  readonly store: DocumentStore;
  readonly fence: Fence;
  /** The id this server has in the namespace. */
  readonly peerId: string;
  readonly limits: SyncLimits;
  /** A round is over: the document may leave memory, or be forgotten where nobody watches it. */
  rested(document: LiveDocument): void;
  /** Something came that Automerge has not seen: `check` it soon. */
  unchecked(document: LiveDocument): void;
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

/**
 * The live side of one document. It works in rounds, and a round is a transaction: all that peers sent
 * while the last one ran is taken in, made durable, and only then acknowledged and forwarded.
 */
export class LiveDocument implements Evictable, Watched {
  readonly id: DocumentId;
  readonly #host: DocumentHost;
  readonly #watchers = new Watchers();
  readonly #durable: DurableDocument;
  readonly #reception: Reception;
  readonly #speech: DocumentSpeech;
  readonly #rounds = new RoundQueue({
    round: (received, toHear) => this.#try(received, toHear),
    rested: () => this.#host.rested(this),
  });
  #isCompacting = false;

  constructor(id: DocumentId, host: DocumentHost) {
    this.id = id;
    this.#host = host;
    const { store, fence, limits } = host;
    this.#durable = new DurableDocument(id, {
      store,
      fence,
      ...limits,
      onClaimRefused: (reason) => {
        this.#reception.refuseClaim(reason);
        host.setAside(this, reason);
      },
      onChangesRefused: (chunks, reason) => {
        this.#reception.refuseChanges(chunks, reason);
        host.setAside(this, reason);
      },
      onDamaged: (reason) => host.damaged(this, reason),
      onUnwritten: (error) => host.fault(this, error),
    });
    this.#reception = new Reception(this.#durable, { fence, limits });
    this.#speech = new DocumentSpeech(this.#durable, {
      documentId: id,
      peerId: host.peerId,
      mayHear: (peer) => host.mayRead(this, peer) && peer.isReadyFor(this),
      missing: (peer) => host.missing(this, peer),
    });
  }

  get isBusy(): boolean {
    return this.#rounds.isWorking || this.#isCompacting;
  }

  get weight(): number {
    return this.#durable.weight;
  }

  get isWatched(): boolean {
    return this.#watchers.size > 0;
  }

  get watchers(): Iterable<Peer> {
    return this.#watchers.peers;
  }

  /**
   * Lets this peer follow the document. What a read-only peer sends is answered and never taken in. False where
   * it follows the document the other way already: what it was told cannot be turned round.
   */
  watch(peer: Peer, { readOnly }: { readonly readOnly: boolean }): boolean {
    const known = this.#watchers.get(peer);
    if (known) return known.conversation.isReadOnly === readOnly;
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
    this.#rounds.forget(peer);
    if (!this.isBusy) this.#host.rested(this);
  }

  /** Takes a sync message of a watching peer. */
  receive(peer: Peer, data: Uint8Array): void {
    this.#rounds.receive(peer, data);
  }

  speakTo(peer: Peer): Promise<void> {
    return this.#rounds.hear(peer);
  }

  /** Has Automerge open what is stored and was never opened. Never rejects. */
  check(): Promise<void> {
    return this.#rounds.hear(undefined);
  }

  /** Resolves once nothing waits to be worked on. */
  rest(): Promise<void> {
    return this.#rounds.rest();
  }

  /** Asks a peer for this document, which is not here. */
  ask(peer: Peer): void {
    this.watch(peer, { readOnly: false });
    if (this.isBusy || this.#durable.heads.length > 0) return;
    this.#speech.ask(peer);
  }

  /** Says that the document is not here, to a peer that still waits for it; not while it is being stored. */
  tellMissing(peer: Peer): void {
    // Not while it is compacted: that may take long, and changes nothing that is said.
    if (this.#rounds.isWorking) {
      void this.#rounds.rest().then(() => this.tellMissing(peer)); // Rounds never reject.
      return;
    }
    const watcher = this.#watchers.get(peer);
    if (!watcher?.isWaiting) return;
    watcher.isWaiting = false;
    this.#speech.tellMissing(peer);
    if (this.#durable.heads.length === 0) this.#host.toldMissing(this, peer);
  }

  /** Gives the memory back; the store has all. */
  release(): void {
    this.#durable.release();
  }

  /** What goes wrong in a round is told to the host and to the peers of that round. */
  async #try(received: readonly Received<Peer>[], toHear: ReadonlySet<Peer | undefined>): Promise<void> {
    try {
      await this.#round(received, toHear);
    } catch (error) {
      this.#fail(toHear, error);
    }
  }

  async #round(received: readonly Received<Peer>[], toHear: ReadonlySet<Peer | undefined>): Promise<void> {
    await this.#durable.look();
    const guests = this.#reception.greet(received, this.#watchers);
    const hasNews = await this.#reception.takeIn(guests);
    if (hasNews) this.#host.arrived(this);
    const isCheck = toHear.has(undefined);
    await this.#openWhereNeeded(isCheck);
    if (isCheck && this.#durable.isToBeJudged) {
      await this.#durable.judge('background');
      this.#reception.senders.forget();
    }
    await this.#speech.answer(guests);
    for (const [peer, watcher] of this.#watchers.entries()) {
      if (hasNews || isCheck || toHear.has(peer)) await this.#speech.tellNews(peer, watcher);
    }
    if (hasNews && (!this.#durable.isOpened || this.#durable.isToBeJudged)) {
      this.#host.unchecked(this);
    }
    this.#settle();
  }

  /** A claim is opened at once where somebody beside its sender wants the document. */
  async #openWhereNeeded(isCheck: boolean): Promise<void> {
    const { isOpened, heads } = this.#durable;
    if (isOpened || heads.length === 0) return;
    const { claimant } = this.#reception;
    const isAwaited = [...this.#watchers.peers].some((peer) => peer !== claimant && peer.isReadyFor(this));
    if (isAwaited || isCheck) await this.#durable.graph(isAwaited ? 'awaited' : 'background');
  }

  /** Takes stock at the end of a round: nobody waits for it. */
  #settle(): void {
    if (!this.#durable.isLoose || this.#isCompacting) return;
    this.#isCompacting = true;
    void this.#durable
      .compact()
      .then((isDone) => {
        if (!isDone) this.#host.unchecked(this);
      })
      .catch((error: unknown) => this.#host.fault(this, error))
      .finally(() => {
        this.#isCompacting = false;
        if (!this.isBusy) this.#host.rested(this);
      });
  }

  /** Memory may be ahead of the disk now: forget it, and let those who sent come again. */
  #fail(peers: ReadonlySet<Peer | undefined>, error: unknown): void {
    this.#durable.forget();
    this.#host.fault(this, error);
    const { code, message } = toFailure(error);
    const reason =
      code === 'StoreReadOnly' ? message : 'the server could not store this; it keeps what it had';
    for (const peer of peers) {
      if (peer === undefined) continue;
      if (code === 'StoreDamaged') this.#speech.tellMissing(peer);
      else peer.refuse('StoreUnavailable', reason);
    }
  }
}
