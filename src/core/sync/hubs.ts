import type { Database } from 'bun:sqlite';
import type { Logger } from '@logtape/logtape';
import type { Clock } from '../../platform/clock.ts';
import type { Policy } from '../access/access.ts';
import type { Namespace } from '../lexicon/namespace.ts';
import type { Stores } from '../store/stores.ts';
import { DocumentCache } from './document-cache.ts';
import { Hub } from './hub.ts';
import type { SyncLimits } from './limits.ts';
import { Materialiser } from './materialised-document.ts';
import { storageIdOf } from './storage-identity.ts';

export interface HubsOptions {
  readonly stores: Stores;
  readonly controlDatabase: Database;
  readonly policies: readonly Policy[];
  readonly limits: SyncLimits;
  readonly clock: Clock;
  readonly log: Logger;
  /** Each is told of every hub that opens. */
  readonly hubListeners: readonly ((hub: Hub) => void)[];
}

/** The hubs of this server, one a namespace, opened at the first visit. */
export class Hubs {
  readonly #options: HubsOptions;
  readonly #cache: DocumentCache;
  readonly #hubs = new Map<Namespace, Promise<Hub>>();
  readonly #open = new Set<Hub>();

  constructor(options: HubsOptions) {
    this.#options = options;
    this.#cache = new DocumentCache(options.limits.operationsInMemory);
  }

  /** The hub of a namespace. A stock directory is imported first, so the first visit may take its time. */
  async open(namespace: Namespace): Promise<Hub> {
    const opening = this.#hubs.get(namespace) ?? this.#create(namespace);
    this.#hubs.set(namespace, opening);
    try {
      return await opening;
    } catch (error) {
      this.#hubs.delete(namespace);
      throw error;
    }
  }

  /** Opens the namespaces that have documents, so that an import of stock data does not wait for its first app. */
  async openKnown(): Promise<void> {
    for (const namespace of await this.#options.stores.namespaces()) {
      await this.open(namespace).catch((error: unknown) => {
        this.#options.log.error('{namespace} cannot be opened: {error}', { namespace, error });
      });
    }
  }

  endDevice(deviceId: string, reason: string): void {
    for (const hub of this.#open) hub.endDevice(deviceId, reason);
  }

  endAll(reason: string): void {
    for (const hub of this.#open) hub.endAll(reason);
  }

  async #create(namespace: Namespace): Promise<Hub> {
    const { stores, controlDatabase, hubListeners, ...shared } = this.#options;
    const [store, materialiser] = await Promise.all([stores.open(namespace), Materialiser.create()]);
    const storageId = storageIdOf(controlDatabase, namespace);
    const hub = new Hub({ ...shared, namespace, store, materialiser, storageId, cache: this.#cache });
    this.#open.add(hub);
    for (const listen of hubListeners) listen(hub);
    return hub;
  }
}
