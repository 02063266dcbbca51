import { chmodSync, rmSync } from 'node:fs';
import type { Core } from '../../core/core.ts';
import { Failure } from '../../core/failure.ts';
import { controlSocketPath } from '../../core/store/layout.ts';
import type { Groundmist } from '../../groundmist.ts';
import { isAddressOrName } from '../../platform/address.ts';
import type { Connection } from '../../platform/http.ts';
import { ownProcess, SpareMemory } from '../../platform/spare-memory.ts';
import { notingWork } from './noting-work.ts';

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
}

/** Beyond it Bun answers by itself, which no page may read; routes have smaller limits of their own. */
const largestBodyBytes = 1024 * 1024;
const idleSeconds = 20;

/** Opens the port to the network and the control socket to the owner. `Busy` where the port is taken. */
export async function listen(groundmist: Groundmist, options: ListenOptions): Promise<Listening> {
  await using opened = new AsyncDisposableStack();
  opened.use(listenForOwner(groundmist, options.dataDirectory));
  const memory = opened.use(new SpareMemory(groundmist.core.clock, ownProcess));
  // A start is work too, and what is left to be done from the last time.
  memory.noteWork();
  const network = openPort({ ...groundmist, ...notingWork(groundmist, () => memory.noteWork()) }, options);
  opened.defer(() => closeGently(network, groundmist.core));
  const close = opened.move();
  return { address: network.url.origin, close: () => close.disposeAsync() };
}

/** How long what is under way may take to end; whoever says nothing does not hold us up. */
const graceMs = 250;

/** Nobody new comes in; who waits for the owner is told to ask again, and sockets end one after another, the others served meanwhile. */
async function closeGently(network: Bun.Server<Connection>, { access, hubs, clock }: Core): Promise<void> {
  const stopped = network.stop();
  access.stopHolding();
  await hubs.endGradually();
  const grace = new Promise<void>((resolve) => void clock.after(graceMs, resolve));
  await Promise.race([stopped, grace]);
  await Promise.race([stopped, network.stop(true)]);
}

function openPort(
  { fetch, fail, websocket }: Pick<Groundmist, 'fetch' | 'fail' | 'websocket'>,
  { listen: hostname, port }: ListenOptions,
) {
  try {
    return Bun.serve({
      hostname,
      port,
      fetch: async (request, server) => closing(await fetch(request, server)),
      websocket,
      maxRequestBodySize: largestBodyBytes,
      idleTimeout: idleSeconds,
      error: (error) => closing(fail(error)),
    });
  } catch (error) {
    throw whyNotOpened(hostname, port, error);
  }
}

/**
 * One request a connection: Bun cannot count connections, and one that is kept alive may be kept for ever. So each
 * ends in seconds unless it is an approved app's. Undefined where it became a WebSocket.
 */
function closing<Answer extends Response | undefined>(response: Answer): Answer {
  response?.headers.set('connection', 'close');
  return response;
}

function whyNotOpened(hostname: string, port: number, error: unknown): Failure {
  // Of an address that is none Bun says that it is in use.
  const isNone = !isAddressOrName(hostname);
  const code = error instanceof Error && 'code' in error && !isNone ? error.code : undefined;
  switch (code) {
    case 'EADDRINUSE': {
      const sentence = `The port ${port} of ${hostname} is taken by another program. Choose another one with --port.`;
      return new Failure('Busy', sentence, { cause: error });
    }
    case 'EACCES': {
      const sentence = `This user may not open the port ${port}. Choose one from 1024 up with --port.`;
      return new Failure('ConfigurationInvalid', sentence, { cause: error });
    }
    default: {
      const sentence = `This machine cannot listen on ${hostname}, port ${port}. GROUNDMIST_LISTEN takes an address of this machine, like 127.0.0.1 or 0.0.0.0.`;
      return new Failure('ConfigurationInvalid', sentence, { cause: error });
    }
  }
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
