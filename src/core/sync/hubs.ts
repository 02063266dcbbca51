import type { Database } from 'bun:sqlite';
import type { Logger } from '@logtape/logtape';
import type { Clock } from '../../platform/clock.ts';
import { Failure } from '../failure.ts';
import type { Fence } from '../fence/fence.ts';
import type { Policy } from '../access/access.ts';
import type { Sessions } from '../auth/session.ts';
import type { Namespace } from '../lexicon/namespace.ts';
import type { Stores } from '../store/stores.ts';
import { DeviceSockets } from './device-sockets.ts';
import { DocumentCache } from './document-cache.ts';
import { Hub, type HubCounts } from './hub.ts';
import type { SyncLimits } from './limits.ts';
import { goingAway } from './peer.ts';
import { SyncMeasures } from './sync-measures.ts';
import { storageIdOf } from './storage-identity.ts';

export interface HubsOptions {
  readonly stores: Stores;
  readonly fence: Fence;
  /** They are in use while their sockets are open. */
  readonly sessions: Pick<Sessions, 'opened' | 'closed'>;
  readonly controlDatabase: Database;
  readonly policies: readonly Policy[];
  readonly limits: SyncLimits;
  readonly clock: Clock;
  readonly log: Logger;
  /** Each is told of every hub that opens. */
  readonly hubListeners: readonly ((hub: Hub) => void)[];
}

const stopping = 'the server is stopping; connect again in a moment';
/** A join and what comes with it take about as long; very many share a moment, for whoever stops us does not wait for ever. */
const [endEveryMs, endAllWithinMs] = [5, 3_000];

/** The hubs of this server, one a namespace, opened at the first visit. */
export class Hubs {
  /** Of all of them together. */
  readonly measures = new SyncMeasures();
  readonly #options: HubsOptions;
  readonly #cache: DocumentCache;
  readonly #sockets: DeviceSockets;
  readonly #hubs = new Map<Namespace, Promise<Hub>>();
  readonly #open = new Set<Hub>();
  #isClosed = false;

  constructor(options: HubsOptions) {
    this.#options = options;
    const { sessions, clock } = options;
    this.#sockets = new DeviceSockets({
      opened: (sessionId) => sessions.opened(sessionId),
      closed: (sessionId) => sessions.closed(sessionId, clock.now()),
    });
    this.#cache = new DocumentCache(options.limits.changesInMemory, () => {
      this.measures.evictions += 1;
    });
  }

  /** The hub of a namespace. A stock directory is imported first, so the first visit may take its time. */
  async open(namespace: Namespace): Promise<Hub> {
    const opening = this.#hubs.get(namespace) ?? this.#create(namespace);
    this.#hubs.set(namespace, opening);
    try {
      const hub = await opening;
      if (this.#isClosed) throw new Failure('Stopping', 'The server is stopping.');
      return hub;
    } catch (error) {
      if (this.#hubs.get(namespace) === opening) this.#hubs.delete(namespace);
      throw error;
    }
  }

  /**
   * Opens the namespaces that have documents, so that an import of stock data does not wait for its first app.
   * Never rejects: what cannot be opened is logged.
   */
  async openKnown(): Promise<void> {
    const { log, stores } = this.#options;
    try {
      for (const namespace of await stores.namespaces()) {
        await this.open(namespace).catch((error: unknown) => {
          if (!this.#isClosed) log.error('{namespace} cannot be opened: {error}', { namespace, error });
        });
      }
    } catch (error) {
      log.error('It is not known which namespaces have documents: {error}', { error });
    }
  }

  /** Whether this device may open one more socket. */
  hasRoom(deviceId: string): boolean {
    return this.#sockets.hasRoom(deviceId);
  }

  /** The joined sockets of each device that has any, by its id. */
  socketCounts(): ReadonlyMap<string, number> {
    return this.#sockets.counts();
  }

  /** What each open hub keeps for its peers. */
  counts(): ReadonlyMap<Namespace, HubCounts> {
    return new Map([...this.#open].map((hub) => [hub.namespace, hub.counts]));
  }

  /** Bytes that wait at the sockets of all hubs. */
  waiting(): Hub['waiting'] {
    const each = [...this.#open].map((hub) => hub.waiting);
    return {
      inboundBytes: each.reduce((sum, { inboundBytes }) => sum + inboundBytes, 0),
      outboundBytes: each.reduce((sum, { outboundBytes }) => sum + outboundBytes, 0),
    };
  }

  endDevice(deviceId: string, reason: string): void {
    for (const hub of this.#open) hub.endDevice(deviceId, reason);
  }

  /**
   * Ends the sockets that are open now one after another, those that joined first before the others. Stock clients come back five
   * seconds after their end, so as these ends are spread, so is what they then ask of the next server. All are over before the first is back.
   */
  async endGradually(): Promise<void> {
    const { clock } = this.#options;
    const peers = [...this.#open].flatMap((hub) => hub.peers());
    const msEach = Math.min(endEveryMs, endAllWithinMs / peers.length);
    const startedAt = clock.elapsed();
    for (let ended = 0; ended < peers.length;) {
      if (ended > 0) await this.#pause(endEveryMs);
      const due = 1 + Math.floor((clock.elapsed() - startedAt) / msEach);
      for (const peer of peers.slice(ended, due)) peer.end(goingAway, stopping);
      ended = due;
    }
  }

  endAll(reason: string): void {
    for (const hub of this.#open) hub.endAll(reason);
  }

  /** Ends every socket and waits for what is being stored. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.endAll(stopping);
    await Promise.all([...this.#open].map((hub) => hub.rest()));
  }

  #pause(forMs: number): Promise<void> {
    return new Promise((resolve) => void this.#options.clock.after(forMs, resolve));
  }

  async #create(namespace: Namespace): Promise<Hub> {
    const { stores, sessions: _sessions, controlDatabase, hubListeners, ...shared } = this.#options;
    const store = await stores.open(namespace);
    const storageId = storageIdOf(controlDatabase, namespace);
    const hub = new Hub({
      ...shared,
      namespace,
      store,
      storageId,
      cache: this.#cache,
      sockets: this.#sockets,
      measures: this.measures,
      soon: queueMicrotask,
    });
    this.#open.add(hub);
    for (const listen of hubListeners) listen(hub);
    hub.checkStored();
    return hub;
  }
}
