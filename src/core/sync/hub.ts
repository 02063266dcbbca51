import type { Logger } from '@logtape/logtape';
import type { Clock } from '../../platform/clock.ts';
import type { Connection } from '../../platform/http.ts';
import { decide, type Action, type Policy } from '../access/access.ts';
import type { Session } from '../auth/session.ts';
import type { Namespace } from '../lexicon/namespace.ts';
import { parseDocumentId, type DocumentId } from '../store/document-id.ts';
import type { DocumentStore } from '../store/document-store.ts';
import type { Fence } from '../fence/fence.ts';
import { Checks } from './checks.ts';
import type { DeviceSockets } from './device-sockets.ts';
import type { DocumentCache } from './document-cache.ts';
import type { SyncLimits } from './limits.ts';
import { LiveDocument, type DocumentHost } from './live-document.ts';
import { Peer, type PeerHost, type PeerRequest } from './peer.ts';
import { Peers } from './peers.ts';
import { encodeFrame, type EphemeralFrame } from './wire.ts';

export interface HubOptions {
  readonly namespace: Namespace;
  readonly store: DocumentStore;
  /** Tells clients that they meet the same disk again, so that they may go on where they were. */
  readonly storageId: string;
  readonly fence: Fence;
  readonly cache: DocumentCache;
  readonly sockets: DeviceSockets;
  readonly policies: readonly Policy[];
  readonly limits: SyncLimits;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The rest is opened when somebody asks for it. */
const mostCheckedAtStart = 1_000;

/** One namespace's live side. Hubs share nothing that a peer can reach. */
export class Hub implements PeerHost, DocumentHost {
  readonly namespace: Namespace;
  readonly store: DocumentStore;
  readonly fence: Fence;
  readonly limits: SyncLimits;
  readonly clock: Clock;
  readonly peerId: string;
  readonly #options: HubOptions;
  readonly #peers: Peers;
  readonly #documents = new Map<DocumentId, LiveDocument>();
  readonly #checks: Checks<DocumentId>;

  constructor(options: HubOptions) {
    this.#options = options;
    this.namespace = options.namespace;
    this.store = options.store;
    this.fence = options.fence;
    this.limits = options.limits;
    this.clock = options.clock;
    const check = (id: DocumentId): Promise<void> => this.#open(id).check();
    this.#checks = new Checks(check, { clock: options.clock, delayMs: options.limits.judgedAfterMs });
    this.peerId = `groundmist-${options.storageId}`;
    this.#peers = new Peers(options.sockets, this.peerId);
  }

  /** Open sockets, joined or not. */
  get socketCount(): number {
    return this.#peers.socketCount;
  }

  /** A socket of this session, which belongs to this hub's namespace. */
  connect(session: Session): Connection {
    const peer = new Peer(session, this);
    this.#peers.add(peer);
    return peer;
  }

  /** Ends every socket of a device that may no longer be here. */
  endDevice(deviceId: string, reason: string): void {
    for (const peer of this.#peers.ofDevice(deviceId)) peer.refuse('NotPermitted', reason);
  }

  endAll(reason: string): void {
    this.#checks.stop();
    this.#peers.endAll(reason);
  }

  /** Resolves once no document is being worked on; for when every socket is ended. */
  async rest(): Promise<void> {
    await Promise.all([...this.#documents.values()].map((document) => document.rest()));
  }

  /** Has Automerge look at what it did not get to before the server was stopped. Never rejects. */
  async checkStored(): Promise<void> {
    try {
      for (const id of await this.store.unchecked(mostCheckedAtStart)) this.#checks.add(id);
    } catch (error) {
      this.#options.log.error('It is not known what waits to be opened: {error}', { error });
    }
  }

  admit(peer: Peer): ReturnType<PeerHost['admit']> {
    return this.#peers.admit(peer);
  }

  welcome(peer: Peer): void {
    peer.send({
      type: 'peer',
      senderId: this.peerId,
      targetId: peer.name,
      selectedProtocolVersion: '1',
      peerMetadata: { storageId: this.#options.storageId, isEphemeral: false },
    });
    this.#askForRoot(peer).catch((error: unknown) => this.fault(peer, error));
  }

  request(peer: Peer, request: PeerRequest): void {
    switch (request.type) {
      case 'sync':
      case 'request':
        this.#sync(peer, request.documentId, request.data);
        return;
      case 'ephemeral':
        this.#relay(peer, request);
        return;
      case 'leave':
        peer.end(1000, 'the peer has left');
        return;
      case 'doc-unavailable':
      case 'remote-subscription-change':
      case 'remote-heads-changed':
        return; // Nothing here depends on what one peer says of others.
    }
  }

  disconnected(peer: Peer): void {
    this.#peers.delete(peer);
  }

  rested(document: LiveDocument): void {
    const { cache } = this.#options;
    if (document.isWatched) {
      cache.touch(document);
      return;
    }
    cache.drop(document);
    document.release();
    if (this.#documents.get(document.id) === document) this.#documents.delete(document.id);
  }

  unchecked({ id }: LiveDocument): void {
    this.#checks.addLater(id);
  }

  setAside({ id: documentId }: LiveDocument, reason: string): void {
    const { log, namespace } = this.#options;
    log.warn('Something of {documentId} in {namespace} is in quarantine: {reason}', {
      documentId,
      namespace,
      reason,
    });
  }

  damaged({ id: documentId }: LiveDocument, reason: string): void {
    const { log, namespace } = this.#options;
    log.error(
      '{documentId} in {namespace} is damaged in the store, and served without what is lost: {reason}',
      {
        documentId,
        namespace,
        reason,
      },
    );
  }

  mayRead(document: LiveDocument, peer: Peer): boolean {
    return this.#may(peer, 'read', document.id);
  }

  missing(document: LiveDocument, peer: Peer): void {
    if (this.#peers.joinedCount <= 1) document.tellMissing(peer);
    else this.clock.after(this.limits.unavailableHoldMs, () => document.tellMissing(peer));
  }

  fault(source: LiveDocument | Peer, error: unknown): void {
    const documentId = source instanceof LiveDocument ? source.id : undefined;
    this.#options.log.error('A message could not be served: {error}', {
      error,
      documentId,
      namespace: this.namespace,
    });
  }

  #sync(peer: Peer, documentId: DocumentId, data: Uint8Array): void {
    if (!this.#may(peer, 'read', documentId)) {
      peer.send({ type: 'doc-unavailable', senderId: this.peerId, targetId: peer.name, documentId });
      return;
    }
    const known = this.#documents.get(documentId);
    const isNew = known === undefined || !peer.watched.has(known);
    if (isNew && peer.watched.size >= this.limits.documentsPerPeer) {
      peer.refuse('RateLimited', `a connection may have ${this.limits.documentsPerPeer} documents open`);
      return;
    }
    const document = this.#open(documentId);
    const isTaken = document.watch(peer, { readOnly: !this.#may(peer, 'write', documentId) });
    if (isTaken) document.receive(peer, data);
    else peer.refuse('NotPermitted', 'what this device may do has changed; connect again');
  }

  /** Some apps announce nothing to a server: their root document, at least, is asked for. */
  async #askForRoot(peer: Peer): Promise<void> {
    const root = parseDocumentId(peer.session.rootDocumentUrl ?? '');
    if (!root || !this.#may(peer, 'write', root) || (await this.store.facts(root))) return;
    if (peer.isJoined) this.#open(root).ask(peer);
  }

  /** Presence reaches those who follow the document, under the name its sender joined with. */
  #relay(peer: Peer, frame: EphemeralFrame): void {
    if (frame.data.length > this.limits.ephemeralBytes) {
      peer.refuse('PayloadTooLarge', `a presence message may have ${this.limits.ephemeralBytes} bytes`);
      return;
    }
    if (!this.#may(peer, 'read', frame.documentId)) return;
    let encoded: Uint8Array | undefined;
    for (const other of this.#documents.get(frame.documentId)?.watchers ?? []) {
      if (other === peer || !this.#may(other, 'read', frame.documentId)) continue;
      encoded ??= encodeFrame({ ...frame, targetId: other.name });
      other.sendPresence(encoded);
    }
  }

  #may(peer: Peer, action: Action, documentId: DocumentId): boolean {
    const { deviceId, permission } = peer.session;
    const request = {
      subject: { kind: 'device', deviceId, permission },
      action,
      resource: { namespace: this.namespace, documentId },
    } as const;
    return decide(this.#options.policies, request).kind === 'allowed';
  }

  #open(id: DocumentId): LiveDocument {
    const open = this.#documents.get(id) ?? new LiveDocument(id, this);
    this.#documents.set(id, open);
    return open;
  }
}
