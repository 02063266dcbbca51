import type { KeyPair } from '../../core/certificate/key-pair.ts';
import type { Groundmist, SocketServer } from '../../groundmist.ts';
import type { Clock } from '../../platform/clock.ts';
import { preferNewestListener } from '../../platform/newest-listener.ts';
import { openNetworkPort, refuseTaken, type Place } from './network-port.ts';

/** For handshakes that began with the listener before: the way there and back, and a packet that is lost once and comes again. */
const drainMs = 2_000;

/**
 * A port with TLS whose certificate can be replaced. Bun cannot change the one of a server, so a new server joins the port; the kernel
 * gives it all that comes from then on, the one before it stops listening, and lives until its last socket closes.
 */
export class SecuredPort {
  readonly #groundmist: Pick<Groundmist, 'fetch' | 'fail' | 'websocket'>;
  readonly #clock: Clock;
  /** With the port that the system chose, once it has. */
  #place: Place;
  /** All that listen or have sockets, the newest last. */
  readonly #servers: SocketServer[] = [];
  #cancelDrain = () => {};
  #changing: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(groundmist: Pick<Groundmist, 'fetch' | 'fail' | 'websocket'>, place: Place, clock: Clock) {
    refuseTaken(place);
    this.#groundmist = groundmist;
    this.#place = place;
    this.#clock = clock;
  }

  get place(): Place {
    return this.#place;
  }

  /** How many servers live. */
  get generations(): number {
    return this.#servers.length;
  }

  /** New connections see this pair once it is resolved; it waits for a change that is under way. */
  use(pair: KeyPair): Promise<void> {
    const changed = this.#changing.then(() => this.#change(pair));
    // The next one may come all the same.
    this.#changing = changed.then(
      () => this.#drain(),
      () => {},
    );
    return changed;
  }

  /** No new connections; resolves once the last socket is gone. `isForced` ends sockets and requests in flight. */
  async stop(isForced: boolean): Promise<void> {
    this.#isClosed = true;
    this.#cancelDrain();
    await Promise.all(this.#servers.map((server) => server.stop(isForced)));
  }

  #change(pair: KeyPair): void {
    if (this.#isClosed) return;
    const isFirst = this.#servers.length === 0;
    // Long after the start, when the first certificate comes, another program may have the port.
    if (isFirst) refuseTaken(this.#place);
    const server = openNetworkPort(this.#groundmist, this.#place, pair);
    this.#servers.push(server);
    this.#place = { ...this.#place, port: server.port ?? this.#place.port };
    if (isFirst) preferNewestListener(this.#place.port);
  }

  /** Two listen while the older takes the last of what the kernel has for it. */
  async #drain(): Promise<void> {
    const older = this.#servers.at(-2);
    if (older === undefined) return;
    const drained = Promise.withResolvers<void>();
    const cancelTimer = this.#clock.after(drainMs, drained.resolve);
    this.#cancelDrain = () => {
      cancelTimer();
      drained.resolve();
    };
    await drained.promise;
    void older.stop().then(() => this.#servers.splice(this.#servers.indexOf(older), 1));
  }
}
