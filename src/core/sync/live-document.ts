import type { SyncState } from '../automerge.ts';
import { toFailure } from '../failure.ts';
import type { DocumentId } from '../store/document-id.ts';
import type { DocumentStore } from '../store/document-store.ts';
import type { Evictable } from './document-cache.ts';
import type { MaterialisedDocument, Materialiser } from './materialised-document.ts';
import type { Peer, Watched } from './peer.ts';

/** What a live document needs of its hub. */
export interface DocumentHost {
  readonly store: DocumentStore;
  readonly materialiser: Materialiser;
  /** The id this server has in the namespace. */
  readonly peerId: string;
  readonly chunksBeforeCompaction: number;
  /** A round is over: the document may leave memory, or be forgotten where nobody watches it. */
  rested(document: LiveDocument): void;
  /** A peer asked for a document that is not here: `tellMissing` now, or later if it may still arrive. */
  missing(document: LiveDocument, peer: Peer): void;
  fault(document: LiveDocument, error: unknown): void;
}

interface Watcher {
  state: SyncState;
  /** It was not answered yet about a document that is not here. */
  isWaiting: boolean;
}

type Applied =
  | { readonly kind: 'applied'; readonly states: ReadonlyMap<Peer, SyncState> }
  | { readonly kind: 'refused'; readonly sender: Peer };

interface Received {
  readonly peer: Peer;
  readonly data: Uint8Array;
}

/**
 * The live side of one document. It works in rounds, and a round is a transaction: all that peers sent
 * while the last one ran is applied, made durable, and only then acknowledged and forwarded.
 */
export class LiveDocument implements Evictable, Watched {
  readonly id: DocumentId;
  readonly #host: DocumentHost;
  readonly #watchers = new Map<Peer, Watcher>();
  readonly #toHear = new Set<Peer>();
  #inbox: Received[] = [];
  #document: MaterialisedDocument | undefined;
  #chunkCount = 0;
  #isWorking = false;

  constructor(id: DocumentId, host: DocumentHost) {
    this.id = id;
    this.#host = host;
  }

  get isBusy(): boolean {
    return this.#isWorking;
  }

  get weight(): number {
    return this.#document?.operations ?? 0;
  }

  get isWatched(): boolean {
    return this.#watchers.size > 0;
  }

  get watchers(): Iterable<Peer> {
    return this.#watchers.keys();
  }

  /** Lets this peer follow the document. What a read-only peer sends is answered and never taken in. */
  watch(peer: Peer, options: { readonly readOnly: boolean }): void {
    if (this.#watchers.has(peer)) return;
    this.#watchers.set(peer, { state: this.#host.materialiser.newSyncState(options), isWaiting: false });
    peer.watched.add(this);
  }

  unwatch(peer: Peer): void {
    this.#watchers.delete(peer);
    this.#toHear.delete(peer);
    if (!this.#isWorking) this.#host.rested(this);
  }

  /** Takes a sync message of a watching peer. */
  receive(peer: Peer, data: Uint8Array): void {
    if (!peer.holdInbound(data.length)) return;
    this.#inbox.push({ peer, data });
    void this.#work();
  }

  speakTo(peer: Peer): void {
    this.#toHear.add(peer);
    void this.#work();
  }

  /** Asks a peer for this document, which is not here. */
  ask(peer: Peer): void {
    this.watch(peer, { readOnly: false });
    const watcher = this.#watchers.get(peer);
    if (!watcher || this.#document || this.#isWorking) return;
    const blank = this.#host.materialiser.load(undefined);
    const [state, data] = blank.generate(watcher.state);
    blank.free();
    watcher.state = state;
    if (data) peer.send({ ...this.#address(peer), type: 'request', data });
  }

  /** Says that the document is not here, to a peer that still waits for it. */
  tellMissing(peer: Peer): void {
    const watcher = this.#watchers.get(peer);
    if (!watcher?.isWaiting) return;
    watcher.isWaiting = false;
    peer.send({ ...this.#address(peer), type: 'doc-unavailable' });
  }

  release(): void {
    this.#document?.free();
    this.#document = undefined;
  }

  /** Never rejects: what goes wrong in a round is told to the host and to the peers of that round. */
  async #work(): Promise<void> {
    if (this.#isWorking) return;
    this.#isWorking = true;
    while (this.#inbox.length > 0 || this.#toHear.size > 0) {
      const received = this.#inbox.splice(0);
      const toHear = new Set([...this.#toHear, ...received.map(({ peer }) => peer)]);
      this.#toHear.clear();
      try {
        await this.#round(received, toHear);
      } catch (error) {
        this.#fail(toHear, error);
      }
      for (const { peer, data } of received) peer.releaseInbound(data.length);
    }
    this.#isWorking = false;
    this.#host.rested(this);
  }

  async #round(received: readonly Received[], toHear: ReadonlySet<Peer>): Promise<void> {
    const document = (this.#document ??= await this.#load());
    const before = document.heads;
    const applied = this.#apply(document, received);
    if (applied.kind === 'refused') {
      this.release();
      const others = received.filter(({ peer }) => peer !== applied.sender);
      await this.#round(others, toHear);
      return;
    }
    const growth = document.growthSince(before);
    if (growth) {
      await this.#host.store.append(this.id, growth);
      this.#chunkCount += growth.chunks.length;
    }
    for (const [peer, state] of applied.states) {
      const watcher = this.#watchers.get(peer);
      if (watcher) watcher.state = state;
    }
    for (const peer of growth ? this.#watchers.keys() : toHear) this.#speak(document, peer);
    if (this.#chunkCount > this.#host.chunksBeforeCompaction) await this.#compact(document);
  }

  /**
   * The sync states after these messages. One that Automerge cannot apply closes its sender's socket, and
   * the round begins again without it, on the stored document: memory may have taken a part of it.
   */
  #apply(document: MaterialisedDocument, received: readonly Received[]): Applied {
    const states = new Map<Peer, SyncState>();
    for (const { peer, data } of received) {
      const state = states.get(peer) ?? this.#watchers.get(peer)?.state;
      if (!state) continue;
      try {
        states.set(peer, document.receive(state, data));
      } catch {
        peer.refuse('ProtocolViolation', 'the data is not a sync message that can be applied');
        return { kind: 'refused', sender: peer };
      }
    }
    return { kind: 'applied', states };
  }

  async #load(): Promise<MaterialisedDocument> {
    const stored = await this.#host.store.load(this.id);
    this.#chunkCount = stored?.chunks.length ?? 0;
    return this.#host.materialiser.load(stored);
  }

  /** Only rounds write this document, so what is stored here is what is in memory. */
  async #compact(document: MaterialisedDocument): Promise<void> {
    const { store } = this.#host;
    const stored = await store.load(this.id);
    if (!stored) return;
    const { lastSequence: throughSequence } = stored;
    await store.compact(this.id, { snapshot: document.save(), heads: document.heads, throughSequence });
    this.#chunkCount = 1;
  }

  #speak(document: MaterialisedDocument, peer: Peer): void {
    const watcher = this.#watchers.get(peer);
    if (!watcher || !peer.isReadyFor(this)) return;
    if (document.heads.length === 0 && (watcher.state.theirHeads ?? []).length === 0) {
      if (watcher.isWaiting) return;
      watcher.isWaiting = true;
      this.#host.missing(this, peer);
      return;
    }
    watcher.isWaiting = false;
    const [state, data] = document.generate(watcher.state);
    watcher.state = state;
    if (data) peer.send({ ...this.#address(peer), type: 'sync', data });
  }

  /** Memory may be ahead of the disk now: forget it, and let those who sent come again. */
  #fail(peers: ReadonlySet<Peer>, error: unknown): void {
    this.release();
    this.#host.fault(this, error);
    const { code } = toFailure(error);
    for (const peer of peers) {
      if (code === 'StoreDamaged') peer.send({ ...this.#address(peer), type: 'doc-unavailable' });
      else peer.refuse('StoreUnavailable', 'the server could not store this; it keeps what it had');
    }
  }

  #address(peer: Peer) {
    return { senderId: this.#host.peerId, targetId: peer.name, documentId: this.id };
  }
}
