import type { Server, WebSocketHandler } from 'bun';
import type { Core } from './core/core.ts';
import type { Connection } from './platform/http.ts';

export type SocketServer = Server<Connection>;

/** A whole groundmist without a port: what Bun.serve needs, for the network, the owner, and who watches it. */
export interface Groundmist extends AsyncDisposable {
  readonly core: Core;
  /** Undefined once the request became a WebSocket. */
  fetch(request: Request, server: SocketServer): Promise<Response | undefined>;
  /** The answer where `fetch` has thrown. */
  fail(error: unknown): Response;
  readonly websocket: WebSocketHandler<Connection>;
  /** Answers the owner's command line. */
  control(request: Request): Promise<Response>;
  /** Answers the programs that watch it. */
  monitor(request: Request): Promise<Response>;
}
