import type { Database } from 'bun:sqlite';
import type { Logger } from '@logtape/logtape';
import type { Clock } from '../../platform/clock.ts';
import { RateLimiter } from '../../platform/limits.ts';
import type { Fetch } from '../../platform/outbound.ts';
import type { EventBus } from '../events.ts';
import { writeControl } from '../store/control-database.ts';
import { namesPublicApp } from './client-id.ts';
import { fetchClientName } from './client-metadata.ts';
import { ClientNameTable } from './client-name-table.ts';

const freshMs = 86_400_000;
const mostRunning = 4;
/** Also where it failed: whoever asks us again and again must not make us ask as often. */
const tries = { burst: 1, everyMs: 10 * 60_000, mostKeys: 200 };

/** What an app is called, and who says so: never shown without its host, for anybody may choose any name. */
export interface ClientName {
  readonly name: string;
  readonly host: string;
}

export interface ClientNamesOptions {
  /** The control database. */
  readonly database: Database;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly events: EventBus;
  readonly log: Logger;
}

/**
 * The names that vouched apps give themselves in their metadata. They help the owner to recognise an app and decide
 * nothing: nobody waits for them, and one that cannot be had is only missing.
 */
export class ClientNames implements Disposable {
  readonly #options: ClientNamesOptions;
  readonly #table: ClientNameTable;
  readonly #tries = new RateLimiter(tries);
  readonly #closing = new AbortController();
  #runningCount = 0;

  constructor(options: ClientNamesOptions) {
    this.#options = options;
    this.#table = new ClientNameTable(options.database);
  }

  find(clientId: string): ClientName | undefined {
    const name = this.#table.find(clientId)?.name ?? undefined;
    return name === undefined ? undefined : { name, host: new URL(clientId).host };
  }

  /**
   * Has the name of a vouched app fetched, once a day at most and in the background; `clientNamed` tells of a new one.
   * For vouched apps alone: what anybody may claim must not become a request of ours.
   */
  learn(clientId: string): void {
    const now = this.#options.clock.now();
    if (!namesPublicApp(clientId) || this.#runningCount >= mostRunning) return;
    if (now - (this.#table.find(clientId)?.fetchedAt ?? -Infinity) < freshMs) return;
    if (!this.#tries.take(clientId, now)) return;
    this.#runningCount += 1;
    // Nobody waits for it: it fails into the log.
    void this.#fetch(clientId).finally(() => (this.#runningCount -= 1));
  }

  [Symbol.dispose](): void {
    this.#closing.abort();
  }

  async #fetch(clientId: string): Promise<void> {
    const { fetch, log } = this.#options;
    const { signal } = this.#closing;
    try {
      const name = await fetchClientName(clientId, { fetch, signal });
      if (!signal.aborted) this.#keep(clientId, name);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (!signal.aborted)
        log.info('The name of {clientId} could not be learnt: {reason}', { clientId, reason });
    }
  }

  #keep(clientId: string, name: string | undefined): void {
    const { clock, database, events } = this.#options;
    const known = this.find(clientId)?.name;
    const fetched = { name: name ?? null, fetchedAt: clock.now() };
    writeControl(database, () => this.#table.put(clientId, fetched));
    const found = this.find(clientId);
    if (found !== undefined && found.name !== known) events.tell('clientNamed', { clientId, ...found });
  }
}
