import type { Logger } from '@logtape/logtape';
import type { Clock } from '../../platform/clock.ts';
import type { Connection } from '../../platform/http.ts';
import type { Policy } from '../access/access.ts';
import type { Session } from '../auth/session.ts';
import type { Namespace } from '../lexicon/namespace.ts';
import type { DocumentId } from '../store/document-id.ts';
import type { DocumentStore, Heads } from '../store/document-store.ts';
import type { Fence } from '../fence/fence.ts';
import type { DeviceSockets } from './device-sockets.ts';
import type { DocumentCache } from './document-cache.ts';
import { DueQueue } from './due-queue.ts';
import { Flushes } from './flushes.ts';
import type { PeerRequest } from './gate.ts';
import type { SyncLimits } from './limits.ts';
import type { Entry, PeerHost } from './peer-host.ts';
import { Peer } from './peer.ts';
import { Peers } from './peers.ts';
import type { SyncMeasures } from './sync-measures.ts';
import { Requests, type RequestCounts } from './requests.ts';

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
  /** Calls its action after what is about to run now: what is sent until then leaves together. */
  readonly soon: (action: () => void) => void;
  readonly log: Logger;
  readonly measures: SyncMeasures;
}

/** What a hub keeps for its peers, counted: nothing of it stays when they are gone. */
export interface HubCounts extends RequestCounts {
  /** Open sockets, joined or not. */
  readonly sockets: number;
  readonly unjoined: number;
}

/** One namespace's live side. Hubs share nothing that a peer can reach. */
export class Hub implements PeerHost {
  readonly namespace: Namespace;
  readonly store: DocumentStore;
  readonly limits: SyncLimits;
  readonly clock: Clock;
  readonly flushes: Flushes;
  readonly measures: SyncMeasures;
  readonly peerId: string;
  readonly #options: HubOptions;
  readonly #peers: Peers;
  readonly #requests: Requests;
  readonly #unjoined: DueQueue<Peer>;
  readonly #pings: DueQueue<Peer>;

  constructor(options: HubOptions) {
    this.#options = options;
    const { clock, limits } = options;
    this.namespace = options.namespace;
    this.store = options.store;
    this.limits = limits;
    this.clock = clock;
    this.measures = options.measures;
    this.flushes = new Flushes(options.soon);
    this.peerId = `groundmist-${options.storageId}`;
    this.#peers = new Peers(options.sockets, this.peerId);
    this.#requests = new Requests({
      ...options,
      peerId: this.peerId,
      hasOthers: () => this.#peers.joinedCount > 1,
    });
    this.#unjoined = new DueQueue({
      clock,
      delayMs: limits.joinTimeoutMs,
      onDue: (peer) => peer.refuse('ProtocolViolation', 'no join arrived in time'),
    });
    this.#pings = new DueQueue({
      clock,
      delayMs: limits.pingEveryMs,
      onDue: (peer) => {
        peer.ping();
        if (peer.isJoined) this.#pings.add(peer);
      },
    });
  }

  get counts(): HubCounts {
    return {
      sockets: this.#peers.socketCount,
      unjoined: this.#unjoined.size,
      ...this.#requests.counts,
    };
  }

  /** What waits at its sockets: all are asked. */
  get waiting(): Peer['waiting'] {
    return this.#peers.waiting;
  }

  /** A socket of this session, which belongs to this hub's namespace. */
  connect(session: Session, requestId: string): Connection {
    const peer = new Peer({ session, requestId }, this);
    this.#peers.add(peer);
    return peer;
  }

  /** Ends every socket of a device that may no longer be here. */
  endDevice(deviceId: string, reason: string): void {
    for (const peer of this.#peers.ofDevice(deviceId)) peer.refuse('NotPermitted', reason);
  }

  /**
   * Takes in a change of the owner's, in front of this machine, that was made on these heads: on disk and on its way to every
   * peer when it resolves. False where the document has others by now, and rejects with why it cannot be; then nothing happened.
   */
  write(documentId: DocumentId, change: Uint8Array, on: Heads): Promise<boolean> {
    return this.#requests.write(documentId, change, on);
  }

  /** The open sockets, joined or not. */
  peers(): readonly Peer[] {
    return this.#peers.all();
  }

  endAll(reason: string): void {
    this.#requests.stopChecking();
    this.#peers.endAll(reason);
  }

  /** Resolves once no document is being worked on; for when every socket is ended. */
  rest(): Promise<void> {
    return this.#requests.rest();
  }

  /** Has Automerge look, in the background, at what it did not get to before the server was stopped. */
  checkStored(): void {
    this.#requests.checkStored();
  }

  opened(peer: Peer): void {
    this.#unjoined.add(peer);
  }

  admit(peer: Peer): Entry {
    return this.#peers.admit(peer);
  }

  welcome(peer: Peer): void {
    this.#note('A socket of {deviceId} has joined {namespace}', peer);
    this.#unjoined.delete(peer);
    this.#pings.add(peer);
    peer.send({
      type: 'peer',
      senderId: this.peerId,
      targetId: peer.name,
      selectedProtocolVersion: '1',
      peerMetadata: { storageId: this.#options.storageId, isEphemeral: false },
    });
    this.#requests.askForRoot(peer).catch((error: unknown) => this.fault(peer, error));
  }

  request(peer: Peer, request: PeerRequest): void {
    this.#requests.serve(peer, request);
  }

  disconnected(peer: Peer): void {
    this.#note('A socket of {deviceId} in {namespace} has ended', peer);
    this.#peers.delete(peer);
    this.#unjoined.delete(peer);
    this.#pings.delete(peer);
    this.#requests.forget(peer);
  }

  fault({ requestId }: Peer, error: unknown): void {
    const { log, namespace } = this.#options;
    this.measures.faults += 1;
    log.error('A message in {namespace} could not be served: {error}', { error, namespace, requestId });
  }

  #note(sentence: string, { session: { deviceId }, requestId, ending }: Peer): void {
    const { log, namespace } = this.#options;
    const { isFault = false, ...why } = ending ?? {};
    log[isFault ? 'warn' : 'debug'](sentence, { deviceId, namespace, requestId, ...why });
  }
}
