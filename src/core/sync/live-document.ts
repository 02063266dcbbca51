import { hasAutomergeStopped } from '../automerge.ts';
import { Failure, toFailure } from '../failure.ts';
import type { DocumentId } from '../store/document-id.ts';
import type { DocumentStore } from '../store/document-store.ts';
import type { Evictable } from './document-cache.ts';
import type { SyncLimits } from './limits.ts';
import type { MaterialisedDocument, Materialiser } from './materialised-document.ts';
import type { Peer, Watched } from './peer.ts';
import { RoundQueue } from './round-queue.ts';
import { takeIn, type Received } from './take-in.ts';
import { Watchers } from './watchers.ts';

/** What a live document needs of its hub. */
export interface DocumentHost {
  readonly store: DocumentStore;
  readonly materialiser: Materialiser;
  /** The id this server has in the namespace. */
  readonly peerId: string;
  readonly limits: SyncLimits;
  /** A round is over: the document may leave memory, or be forgotten where nobody watches it. */
  rested(document: LiveDocument): void;
  /** A peer asked for a document that is not here: `tellMissing` now, or later if it may still arrive. */
  missing(document: LiveDocument, peer: Peer): void;
  /** Asked each time before the peer hears anything of the document. */
  mayRead(document: LiveDocument, peer: Peer): boolean;
  /** An error of ours while this document was served. */
  fault(document: LiveDocument, error: unknown): void;
}

/** What a document costs in memory before its first operation, in operations. */
const overhead = 50;
/** A compaction reads and writes the whole document: a large one waits until enough has come. */
const operationsPerLooseChunk = 100;

/**
 * The live side of one document. It works in rounds, and a round is a transaction: all that peers sent
 * while the last one ran is applied, made durable, and only then acknowledged and forwarded.
 */
export class LiveDocument implements Evictable, Watched {
  readonly id: DocumentId;
  readonly #host: DocumentHost;
  readonly #watchers = new Watchers();
  readonly #rounds = new RoundQueue({
    round: (received, toHear) => this.#try(received, toHear),
    rested: () => this.#host.rested(this),
  });
  #document: MaterialisedDocument | undefined;
  #weight = 0;
  /** Chunks stored since the last compaction. */
  #looseChunks = 0;

  constructor(id: DocumentId, host: DocumentHost) {
    this.id = id;
    this.#host = host;
  }

  get isBusy(): boolean {
    return this.#rounds.isWorking;
  }

  get weight(): number {
    return this.#weight;
  }

  get isWatched(): boolean {
    return this.#watchers.size > 0;
  }

  get watchers(): Iterable<Peer> {
    return this.#watchers.peers;
  }

  /**
   * Lets this peer follow the document. What a read-only peer sends is answered and never taken in. False where
   * it follows the document the other way already: a sync state cannot be turned round.
   */
  watch(peer: Peer, { readOnly }: { readonly readOnly: boolean }): boolean {
    const known = this.#watchers.get(peer);
    if (known) return known.isReadOnly === readOnly;
    this.#watchers.add(peer, {
      isReadOnly: readOnly,
      state: this.#host.materialiser.newSyncState({ readOnly }),
    });
    peer.watched.add(this);
    return true;
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

  /** Resolves once nothing waits to be worked on. */
  rest(): Promise<void> {
    return this.#rounds.rest();
  }

  /** Asks a peer for this document, which is not here. */
  ask(peer: Peer): void {
    this.watch(peer, { readOnly: false });
    const watcher = this.#watchers.get(peer);
    if (!watcher || this.#document || this.isBusy) return;
    const blank = this.#host.materialiser.load(undefined);
    const [state, data] = blank.generate(watcher.state);
    blank.free();
    watcher.state = state;
    if (data) peer.send({ ...this.#address(peer), type: 'request', data });
  }

  /** Says that the document is not here, to a peer that still waits for it; not while it is being stored. */
  tellMissing(peer: Peer): void {
    if (this.isBusy) {
      void this.#rounds.rest().then(() => this.tellMissing(peer)); // Rounds never reject.
      return;
    }
    const watcher = this.#watchers.get(peer);
    if (!watcher?.isWaiting) return;
    watcher.isWaiting = false;
    peer.send({ ...this.#address(peer), type: 'doc-unavailable' });
  }

  /** Gives the memory back; the store has all but changes that wait for others before them. */
  release(): void {
    this.#document?.free();
    this.#document = undefined;
    this.#weight = 0;
    this.#watchers.refuseUnplaced();
  }

  /** What goes wrong in a round is told to the host and to the peers of that round. */
  async #try(received: readonly Received<Peer>[], toHear: ReadonlySet<Peer>): Promise<void> {
    try {
      await this.#round(received, toHear);
    } catch (error) {
      this.#fail(toHear, error);
    }
  }

  async #round(received: readonly Received<Peer>[], toHear: ReadonlySet<Peer>): Promise<void> {
    const document = (this.#document ??= await this.#load());
    const taken = takeIn(document, received, {
      stateOf: (peer) => this.#watchers.get(peer)?.state,
      limits: this.#host.limits,
    });
    if (taken.kind === 'refused') {
      taken.sender.refuse(taken.failure.code, taken.failure.message);
      // Memory may have taken a part of what was refused: the others begin again on the stored document.
      this.release();
      const others = received.filter(({ peer }) => peer !== taken.sender);
      await this.#round(others, toHear);
      return;
    }
    const { chunks, heads, states } = taken;
    if (chunks.length > 0) await this.#host.store.append(this.id, { chunks, heads });
    this.#looseChunks += chunks.length;
    this.#watchers.setStates(states);
    for (const peer of chunks.length > 0 ? this.#watchers.peers : toHear) this.#speak(document, peer);
    await this.#settle(document, received);
  }

  async #load(): Promise<MaterialisedDocument> {
    const stored = await this.#host.store.load(this.id);
    const [damage] = stored?.damaged ?? [];
    if (damage) throw new Failure('StoreDamaged', `${this.id} is damaged in the store: ${damage.reason}.`);
    this.#looseChunks = stored?.chunks.length ?? 0;
    return this.#host.materialiser.load(stored);
  }

  /** Takes stock at the end of a round: nobody waits for it. */
  async #settle(document: MaterialisedDocument, received: readonly Received<Peer>[]): Promise<void> {
    const { limits } = this.#host;
    const { operations, isIncomplete } = document;
    const mostLoose = Math.max(limits.chunksBeforeCompaction, operations / operationsPerLooseChunk);
    if (this.#looseChunks > mostLoose) await this.#compact(document);
    if (isIncomplete) this.#watchers.countUnplaced(received);
    else this.#watchers.clearUnplaced();
    const { unplacedBytes } = this.#watchers;
    if (unplacedBytes > limits.unplacedBytes) this.release();
    else this.#weight = overhead + operations + unplacedBytes;
  }

  /** Only rounds write this document, so what is stored here is what is in memory. */
  async #compact(document: MaterialisedDocument): Promise<void> {
    const { store } = this.#host;
    this.#looseChunks = 0;
    try {
      const stored = await store.load(this.id);
      if (!stored) return;
      const throughSequence = stored.chunks.at(-1)?.sequence ?? -1;
      const { heads, interior } = document;
      await store.compact(this.id, { snapshot: document.save(), interior, heads, throughSequence });
    } catch (error) {
      // Everything is stored as it was; it is tried again when as much has come once more.
      this.#host.fault(this, error);
    }
  }

  #speak(document: MaterialisedDocument, peer: Peer): void {
    const watcher = this.#watchers.get(peer);
    if (!watcher || !this.#host.mayRead(this, peer) || !peer.isReadyFor(this)) return;
    if (document.heads.length === 0 && (watcher.state.theirHeads ?? []).length === 0) {
      if (watcher.isWaiting) return;
      watcher.isWaiting = true;
      this.#host.missing(this, peer);
      return;
    }
    watcher.isWaiting = false;
    try {
      const [state, data] = document.generate(watcher.state);
      watcher.state = state;
      if (data) peer.send({ ...this.#address(peer), type: 'sync', data });
    } catch (error) {
      if (hasAutomergeStopped()) throw error;
      peer.refuse('ProtocolViolation', 'what you said of this document cannot be answered');
    }
  }

  /** Memory may be ahead of the disk now: forget it, and let those who sent come again. */
  #fail(peers: ReadonlySet<Peer>, error: unknown): void {
    this.release();
    this.#host.fault(this, error);
    const { code, message } = toFailure(error);
    const reason =
      code === 'StoreReadOnly' ? message : 'the server could not store this; it keeps what it had';
    for (const peer of peers) {
      if (code === 'StoreDamaged') peer.send({ ...this.#address(peer), type: 'doc-unavailable' });
      else peer.refuse('StoreUnavailable', reason);
    }
  }

  #address(peer: Peer) {
    return { senderId: this.#host.peerId, targetId: peer.name, documentId: this.id };
  }
}
