import { chmodSync, rmSync } from 'node:fs';
import type { Core } from '../../core/core.ts';
import { controlSocketPath } from '../../core/store/layout.ts';
import type { Groundmist } from '../../groundmist.ts';
import { ownProcess, SpareMemory } from '../../platform/spare-memory.ts';
import { openNetworkPort } from './network-port.ts';
import { notingWork } from './noting-work.ts';
import type { OwnTls } from './own-tls.ts';
import { listenSecured } from './listen-secured.ts';

export interface Listening {
  /** `http://127.0.0.1:3031` */
  readonly address: string;
  /** Ends sockets and requests in flight, and stops listening. */
  readonly close: () => Promise<void>;
}

export interface ListenOptions {
  readonly listen: string;
  readonly port: number;
  readonly dataDirectory: string;
  readonly ownTls?: OwnTls | undefined;
  /** As `createOutbound` has them, for the authority of certificates. */
  readonly privateHosts?: readonly string[] | undefined;
}

/** What listens to the network, whatever it consists of. */
export interface Network {
  readonly address: string;
  /** `isForced`: at once; else when the last socket is gone. */
  stop(isForced: boolean): Promise<void>;
}

/** Opens the port to the network and the control socket to the owner. `Busy` where the port is taken. */
export async function listen(groundmist: Groundmist, options: ListenOptions): Promise<Listening> {
  await using opened = new AsyncDisposableStack();
  opened.use(listenForOwner(groundmist, options.dataDirectory));
  const memory = opened.use(new SpareMemory(groundmist.core.clock, ownProcess));
  // A start is work too, and what is left to be done from the last time.
  memory.noteWork();
  const noting = { ...groundmist, ...notingWork(groundmist, () => memory.noteWork()) };
  const { ownTls } = options;
  const network =
    ownTls === undefined
      ? listenPlain(noting, options)
      : await listenSecured({ ...options, groundmist: noting, core: groundmist.core, ownTls }, opened);
  opened.defer(() => closeGently(network, groundmist.core));
  const close = opened.move();
  return { address: network.address, close: () => close.disposeAsync() };
}

/** How long what is under way may take to end; whoever says nothing does not hold us up. */
const graceMs = 250;

/** Nobody new comes in; who waits for the owner is told to ask again, and sockets end one after another, the others served meanwhile. */
async function closeGently(network: Network, { access, hubs, clock }: Core): Promise<void> {
  const stopped = network.stop(false);
  access.stopHolding();
  await hubs.endGradually();
  const grace = new Promise<void>((resolve) => void clock.after(graceMs, resolve));
  await Promise.race([stopped, grace]);
  await Promise.race([stopped, network.stop(true)]);
}

function listenPlain(
  groundmist: Pick<Groundmist, 'fetch' | 'fail' | 'websocket'>,
  { listen: hostname, port }: ListenOptions,
): Network {
  const server = openNetworkPort(groundmist, { hostname, port });
  return { address: server.url.origin, stop: (isForced) => server.stop(isForced) };
}

/** The lock of the data directory is held: a socket file that is there was left by a server that is gone. */
function listenForOwner(groundmist: Groundmist, dataDirectory: string): Disposable {
  const path = controlSocketPath(dataDirectory);
  rmSync(path, { force: true });
  const server = Bun.serve({ unix: path, fetch: (request) => groundmist.control(request) });
  chmodSync(path, 0o600);
  return {
    [Symbol.dispose]() {
      void server.stop(true);
    },
  };
}
