import http, { type RequestListener } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';

export interface LoopbackServer {
  readonly port: number;
  /** `GET host:port /path`, in the order they came. */
  readonly asked: readonly string[];
}

/** Servers on free ports of 127.0.0.1, for tests of what goes out. */
export class LoopbackServers {
  readonly #certificate: { readonly cert: string; readonly key: string };
  readonly #open: http.Server[] = [];

  constructor(certificate: { readonly cert: string; readonly key: string }) {
    this.#certificate = certificate;
  }

  http(listener: RequestListener): Promise<LoopbackServer> {
    return this.#listen((record) => http.createServer(record), listener);
  }

  https(listener: RequestListener): Promise<LoopbackServer> {
    return this.#listen((record) => https.createServer(this.#certificate, record), listener);
  }

  close(): void {
    for (const server of this.#open.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  }

  async #listen(
    create: (record: RequestListener) => http.Server,
    listener: RequestListener,
  ): Promise<LoopbackServer> {
    const asked: string[] = [];
    const server = create((request, response) => {
      asked.push(`${request.method} ${request.headers.host} ${request.url}`);
      listener(request, response);
    });
    this.#open.push(server);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return { port: (server.address() as AddressInfo).port, asked };
  }
}
