import type { ServerWebSocket, WebSocketHandler } from 'bun';
import { nothingHere } from './core/control.ts';
import { Failure } from './core/failure.ts';
import type { SocketServer } from './groundmist.ts';
import { isLoopbackHost } from './core/identity/public-url.ts';
import { clientAddress, isTrusted, type CidrRange } from './platform/client-address.ts';
import type { Connection, Exchange, Route, Socket, SocketEndpoint } from './platform/http.ts';
import { judgeTransport } from './platform/transport.ts';

/** The answer to a failure: `{ error, message }` as in XRPC. */
export function failureResponse({ code, message, kind }: Failure): Response {
  return Response.json({ error: code, message }, { status: kind.status });
}

/** Finds the route of a request; what no route answers is a 404, or a 405 with `Allow`. */
export async function answer(
  routes: readonly Route[],
  request: Request,
  exchange: Exchange,
): Promise<Response> {
  const { pathname } = new URL(request.url);
  const there = routes.filter((route) => route.path === pathname || matches(route.path, pathname));
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const route = there.find((one) => one.method === method);
  if (route) return await route.handle(request, exchange);
  if (there.every((one) => one.isHidden)) throw new Failure('NotFound', nothingHere);
  const allow = there.map((one) => one.method).join(', ');
  const body = { error: 'MethodNotAllowed', message: `This address answers ${allow}.` };
  const headers = there.find((one) => one.headers)?.headers?.(request);
  return Response.json(body, { status: 405, headers: { ...headers, allow } });
}

/** `:name` in a pattern stands for one segment. */
function matches(pattern: string, pathname: string): boolean {
  const expected = pattern.split('/');
  const segments = pathname.split('/');
  if (expected.length !== segments.length) return false;
  return expected.every((part, index) =>
    part.startsWith(':') ? segments[index] !== '' : part === segments[index],
  );
}

/** RFC 6455 §7.4.1: there was no close frame. */
const abnormalClosure = 1006;

/** Lets a WebSocket in through its endpoint: undefined once it is upgraded, else the answer that refuses it. */
export async function upgrade(
  sockets: readonly SocketEndpoint[],
  request: Request,
  server: SocketServer,
  exchange: Exchange,
): Promise<Response | undefined> {
  const { pathname } = new URL(request.url);
  const endpoint = sockets.find((one) => one.path === pathname);
  if (!endpoint) throw new Failure('NotFound', 'There is no WebSocket at this address.');
  const accepted = await endpoint.accept(request, exchange);
  if (accepted instanceof Response) return accepted;
  if (server.upgrade(request, { data: accepted })) return undefined;
  accepted.close(abnormalClosure, '');
  throw new Failure('InvalidRequest', 'This is not a WebSocket handshake (RFC 6455 §4.2.1).');
}

export function isUpgrade(request: Request): boolean {
  return request.headers.get('upgrade')?.toLowerCase() === 'websocket';
}

/** Without a closure for each method: there is one of these for every connection. */
class BunSocket implements Socket {
  readonly #socket: ServerWebSocket<Connection>;

  constructor(socket: ServerWebSocket<Connection>) {
    this.#socket = socket;
  }

  get queuedBytes(): number {
    return this.#socket.getBufferedAmount();
  }

  send(bytes: Uint8Array): number {
    return this.#socket.sendBinary(bytes);
  }

  cork(action: () => void): void {
    this.#socket.cork(action);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  ping(): void {
    this.#socket.ping();
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }
}

/** Bun's callbacks, each handed to the connection the socket was upgraded with. */
export function socketHandler(limits: {
  readonly frameBytes: number;
  readonly outboundBytes: number;
}): WebSocketHandler<Connection> {
  const unsupportedDataCode = 1003;
  return {
    maxPayloadLength: limits.frameBytes,
    backpressureLimit: limits.outboundBytes,
    // For sockets that are full, and those that nobody pings; whatever is sent starts it anew.
    idleTimeout: 120,
    perMessageDeflate: false,
    open(socket) {
      socket.data.open(new BunSocket(socket));
    },
    message(socket, message) {
      if (typeof message === 'string') socket.close(unsupportedDataCode, 'frames are binary here');
      else socket.data.message(message);
    },
    pong: (socket) => socket.data.pong?.(),
    drain(socket) {
      // Bun tells of every step; above the limit it would drop the next frame.
      if (socket.getBufferedAmount() <= limits.outboundBytes / 2) socket.data.drain();
    },
    close: (socket, code, reason) => socket.data.close(code, reason),
  };
}

export interface Surroundings {
  readonly publicUrl: URL;
  readonly trustedProxies: readonly CidrRange[];
}

/** Who asks, by which way, and how to hold their request open. */
export function describeExchange(
  request: Request,
  server: SocketServer,
  { publicUrl, trustedProxies: trusted }: Surroundings,
): Exchange {
  const socketAddress = server.requestIP(request)?.address ?? 'unknown';
  const address = clientAddress(socketAddress, request.headers.get('x-forwarded-for'), trusted);
  return {
    address,
    // Without a public name everybody who can ask is on this machine.
    isAddressKnown: isLoopbackHost(publicUrl.hostname) || !isTrusted(address, trusted),
    transport: judgeTransport(socketAddress, request.headers.get('x-forwarded-proto'), trusted),
    keepOpen: (seconds) => server.timeout(request, seconds),
  };
}
