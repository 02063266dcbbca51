import type { KeyPair } from '../../core/certificate/key-pair.ts';
import { Failure } from '../../core/failure.ts';
import type { Groundmist, SocketServer } from '../../groundmist.ts';
import { isAddressOrName } from '../../platform/address.ts';

/** Beyond it Bun answers by itself, which no page may read; routes have smaller limits of their own. */
const largestBodyBytes = 1024 * 1024;
const idleSeconds = 20;
/** Of TLS 1.2; 1.3 has no others, and Bun speaks nothing older. */
const ciphers = 'ECDHE+AESGCM:ECDHE+CHACHA20';

export interface Place {
  readonly hostname: string;
  readonly port: number;
}

/** Opens a port to the network, with TLS where there is a pair. What a pair opens, the next may join (`SO_REUSEPORT`). */
export function openNetworkPort(
  groundmist: Pick<Groundmist, 'fetch' | 'fail' | 'websocket'>,
  place: Place,
  pair?: KeyPair,
): SocketServer {
  try {
    return Bun.serve({
      ...place,
      ...(pair && { tls: { cert: pair.chain, key: pair.key, ciphers }, reusePort: true }),
      fetch: async (request, server) => closing(await groundmist.fetch(request, server)),
      websocket: groundmist.websocket,
      maxRequestBodySize: largestBodyBytes,
      idleTimeout: idleSeconds,
      error: (error) => closing(groundmist.fail(error)),
    });
  } catch (error) {
    throw whyNotOpened(place, error);
  }
}

/** Fails as opening would where this port cannot be had alone: one that may be shared would not say that it is taken. */
export function refuseTaken(place: Place): void {
  if (place.port === 0) return;
  try {
    const socket = { open: (opened: Bun.Socket) => opened.terminate(), data() {} };
    Bun.listen({ ...place, socket }).stop(true);
  } catch (error) {
    throw whyNotOpened(place, error);
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

export function whyNotOpened({ hostname, port }: Place, error: unknown): Failure {
  // Of an address that is none Bun says that it is in use.
  const isNone = !isAddressOrName(hostname);
  const code = error instanceof Error && 'code' in error && !isNone ? error.code : undefined;
  switch (code) {
    case 'EADDRINUSE':
      return new Failure('Busy', describeTaken(hostname, port), { cause: error });
    case 'EACCES':
      return new Failure('ConfigurationInvalid', describeForbidden(port), { cause: error });
    // As one that DHCP or WireGuard brings a moment later: trying again may cure it.
    case 'EADDRNOTAVAIL':
      return new Failure('ServiceFailed', describeAbsent(hostname, port), { cause: error });
    default: {
      const sentence = `This machine cannot listen on ${hostname}, port ${port}. GROUNDMIST_LISTEN takes an address of this machine, like 127.0.0.1 or 0.0.0.0.`;
      return new Failure('ConfigurationInvalid', sentence, { cause: error });
    }
  }
}

function describeAbsent(hostname: string, port: number): string {
  return `This machine cannot listen on ${hostname}, port ${port}: it does not have that address now. GROUNDMIST_LISTEN takes an address of this machine, like 127.0.0.1 or 0.0.0.0.`;
}

const webPorts: readonly number[] = [80, 443];

function describeTaken(hostname: string, port: number): string {
  const taken = `The port ${port} of ${hostname} is taken by another program.`;
  return webPorts.includes(port)
    ? `${taken} A web server that is there already can have TLS for groundmist too: leave GROUNDMIST_TLS out and make it the proxy, or stop it (\`ss -ltnp 'sport = :${port}'\` shows what it is).`
    : `${taken} Choose another one with --port.`;
}

function describeForbidden(port: number): string {
  const forbidden = `This user may not open the port ${port}: those below 1024 are for root.`;
  return webPorts.includes(port)
    ? `${forbidden} The service of the machine may, once \`sudo groundmist service install --system\` has made its unit fit the settings (AmbientCapabilities=CAP_NET_BIND_SERVICE); without one, root lets everybody with \`sysctl -w net.ipv4.ip_unprivileged_port_start=80\`.`
    : `${forbidden} Choose one from 1024 up with --port.`;
}
