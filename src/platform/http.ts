import type { Transport } from './transport.ts';

/** What is known of a request beside the request itself. */
export interface Exchange {
  /** Names this request in the answer and in the log. */
  readonly requestId: string;
  /** The client's address, trusted proxies taken into account. */
  readonly address: string;
  /** False where the address is a trusted proxy's that did not say who asks: it stands for everybody behind it. */
  readonly isAddressKnown: boolean;
  readonly transport: Transport;
  /** Raises the idle timeout of this request, for an answer that waits for a person. */
  keepOpen(seconds: number): void;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE' | 'OPTIONS';
  /** Exact, or with `:name` segments: `/pair/:code`. */
  readonly path: string;
  /** To whoever asks with another method there is nothing at this address. */
  readonly isHidden?: true;
  handle(request: Request, exchange: Exchange): Response | Promise<Response>;
  /** What goes with the refusal of another method at this address, too. */
  headers?(request: Request): Readonly<Record<string, string>>;
}

/** One WebSocket as its endpoint sees it. */
export interface Socket {
  /** Bytes that the other side has no room for yet. */
  readonly queuedBytes: number;
  /** The number of bytes sent; -1: queued, wait for drain; 0: dropped. */
  send(bytes: Uint8Array): number;
  /** All that `action` sends leaves in one write. What did not fit is known only then, from `queuedBytes`. */
  cork(action: () => void): void;
  /** Stops reading, so that the other side has to wait; what was read already still arrives. */
  pause(): void;
  resume(): void;
  /** RFC 6455 §5.5.2: asks for a pong, and shows whatever lies between that the connection is in use. */
  ping(): void;
  close(code: number, reason: string): void;
}

/** What an endpoint does with one socket. */
export interface Connection {
  /** That of the request it was upgraded from, for who tells it. */
  readonly requestId?: string;
  open(socket: Socket): void;
  message(bytes: Uint8Array): void;
  /** The answer to a ping, for whoever sends any. */
  pong?(): void;
  drain(): void;
  close(code: number, reason: string): void;
}

/** Where sockets come in. A `Response` refuses before the upgrade. */
export interface SocketEndpoint {
  readonly path: string;
  accept(request: Request, exchange: Exchange): Connection | Response | Promise<Connection | Response>;
}
