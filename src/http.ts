import type { Logger } from '@logtape/logtape';
import type { ServerWebSocket, WebSocketHandler } from 'bun';
import { nothingHere } from './core/control.ts';
import { Failure } from './core/failure.ts';
import { requestIdHeader } from './core/request-id.ts';
import type { SocketServer } from './groundmist.ts';
import { isLoopbackHost } from './core/identity/public-url.ts';
import { clientAddress, isTrusted, type CidrRange } from './platform/client-address.ts';
import type { Connection, Exchange, Route, Socket, SocketEndpoint } from './platform/http.ts';
import { judgeTransport } from './platform/transport.ts';

const lowestServerError = 500;

/** The answer to a failure: `{ error, message }` as in XRPC, and the id under which the log has the cause of a fault of ours. */
export function failureResponse({ code, message, kind: { status } }: Failure, requestId: string): Response {
  const body = { error: code, message };
  const headers = { [requestIdHeader]: requestId };
  return Response.json(status < lowestServerError ? body : { ...body, requestId }, { status, headers });
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

/** What a request asks for, without what is secret in its path: `/pair/:code`; `(none)` where there is nothing, or no URL. */
export function patternOf(
  { routes, sockets }: { readonly routes: readonly Route[]; readonly sockets: readonly SocketEndpoint[] },
  request: Request,
): string {
  const pathname = URL.parse(request.url)?.pathname ?? '';
  const there: readonly { readonly path: string }[] = isUpgrade(request) ? sockets : routes;
  return there.find(({ path }) => path === pathname || matches(path, pathname))?.path ?? '(none)';
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
  const headers = { [requestIdHeader]: exchange.requestId };
  if (server.upgrade(request, { data: accepted, headers })) return undefined;
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

interface SocketLimits {
  readonly frameBytes: number;
  readonly outboundBytes: number;
}

/** RFC 6455 §7.4.1. */
const internalErrorCode = 1011;

/** Bun's callbacks, each handed to the connection the socket was upgraded with. */
export function socketHandler(limits: SocketLimits, log: Logger): WebSocketHandler<Connection> {
  const unsupportedDataCode = 1003;
  /** A fault of ours ends the socket that met it, and no other. */
  const fault = (socket: ServerWebSocket<Connection>, error: unknown): void => {
    log.error('A socket could not be served: {error}', { error, requestId: socket.data.requestId });
    socket.close(internalErrorCode, 'the server failed at this socket');
  };
  const guard = (socket: ServerWebSocket<Connection>, action: () => void): void => {
    try {
      action();
    } catch (error) {
      fault(socket, error);
    }
  };
  return {
    maxPayloadLength: limits.frameBytes,
    backpressureLimit: limits.outboundBytes,
    // For sockets that are full, and those that nobody pings; whatever is sent starts it anew.
    idleTimeout: 120,
    perMessageDeflate: false,
    open(socket) {
      guard(socket, () => socket.data.open(new BunSocket(socket)));
    },
    message(socket, message) {
      if (typeof message === 'string') return socket.close(unsupportedDataCode, 'frames are binary here');
      // Without a closure for each message.
      try {
        socket.data.message(message);
      } catch (error) {
        fault(socket, error);
      }
    },
    pong: (socket) => guard(socket, () => socket.data.pong?.()),
    drain(socket) {
      // Bun tells of every step; above the limit it would drop the next frame.
      if (socket.getBufferedAmount() <= limits.outboundBytes / 2) guard(socket, () => socket.data.drain());
    },
    close: (socket, code, reason) => guard(socket, () => socket.data.close(code, reason)),
  };
}

export interface Surroundings {
  readonly publicUrl: URL;
  readonly trustedProxies: readonly CidrRange[];
  readonly requestId: string;
}

/** Who asks, by which way, and how to hold their request open. */
export function describeExchange(
  request: Request,
  server: SocketServer,
  { publicUrl, trustedProxies: trusted, requestId }: Surroundings,
): Exchange {
  const socketAddress = server.requestIP(request)?.address ?? 'unknown';
  const address = clientAddress(socketAddress, request.headers.get('x-forwarded-for'), trusted);
  return {
    requestId,
    address,
    // Without a public name everybody who can ask is on this machine.
    isAddressKnown: isLoopbackHost(publicUrl.hostname) || !isTrusted(address, trusted),
    transport: judgeTransport(
      {
        socketAddress,
        isTls: server.protocol === 'https',
        forwardedProto: request.headers.get('x-forwarded-proto'),
      },
      trusted,
    ),
    keepOpen: (seconds) => server.timeout(request, seconds),
  };
}
