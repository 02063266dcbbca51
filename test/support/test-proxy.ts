import { connect, type AddressInfo, type Socket } from 'node:net';
import tls from 'node:tls';
import type { Identity } from './made-certificates.ts';

/** The first line and the headers of a request or an answer. */
export interface Head {
  readonly start: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** How a proxy differs from a good one. */
export interface Misbehaviour {
  /** Changes what goes to the server, after a good proxy has done its part. */
  readonly request?: (head: Head) => Head;
  readonly answer?: (head: Head, asked: Head) => Head;
  /** Answers itself, with these bytes, where it gives some. */
  readonly instead?: (asked: Head) => string | undefined;
  /** Changes the body of an answer, or what a WebSocket carries to the client; undefined ends the connection. */
  readonly body?: (bytes: Buffer, asked: Head) => Buffer | undefined;
}

/** A reverse proxy with TLS on a port of loopback, which a test can tell to misbehave. One request a connection. */
export class TestProxy implements Disposable {
  readonly #server: tls.Server;
  readonly #sockets = new Set<Socket>();
  /** Where the server listens. */
  upstreamPort = 0;
  misbehaviour: Misbehaviour = {};

  private constructor(identity: Identity) {
    this.#server = tls.createServer(identity, (socket) => this.#serve(socket));
    this.#server.on('tlsClientError', () => {});
  }

  static async start(identity: Identity, host = '127.0.0.1', port = 0): Promise<TestProxy> {
    const proxy = new TestProxy(identity);
    await new Promise<void>((done) => proxy.#server.listen(port, host, done));
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  #serve(client: Socket): void {
    this.#keep(client);
    let asked: Head | undefined;
    let upstream: Socket | undefined;
    let unread = Buffer.alloc(0);
    client.on('data', (bytes: Buffer) => {
      if (asked !== undefined) return void upstream?.write(bytes);
      unread = Buffer.concat([unread, bytes]);
      const read = readHead(unread);
      if (read === undefined) return;
      asked = read.head;
      const own = this.misbehaviour.instead?.(asked);
      if (own !== undefined) return void client.end(own);
      upstream = this.#forward(client, asked, read.rest);
    });
    client.on('close', () => upstream?.destroy());
  }

  #forward(client: Socket, asked: Head, rest: Buffer): Socket {
    const upstream = connect(this.upstreamPort, '127.0.0.1');
    this.#keep(upstream);
    const { request = (head: Head) => head } = this.misbehaviour;
    upstream.write(writeHead(request(asGoodProxy(asked, client))));
    upstream.write(rest);
    let isHeadRead = false;
    let unread = Buffer.alloc(0);
    const pass = (bytes: Buffer): void => {
      if (bytes.length === 0) return;
      const { body } = this.misbehaviour;
      const passed = body === undefined ? bytes : body(bytes, asked);
      if (passed === undefined) client.destroy();
      else client.write(passed);
    };
    upstream.on('data', (bytes: Buffer) => {
      if (isHeadRead) return pass(bytes);
      unread = Buffer.concat([unread, bytes]);
      const read = readHead(unread);
      if (read === undefined) return;
      isHeadRead = true;
      const { answer = (head: Head) => head } = this.misbehaviour;
      client.write(writeHead(answer(read.head, asked)));
      pass(read.rest);
    });
    upstream.on('error', () => client.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n'));
    upstream.on('close', () => client.end());
    return upstream;
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => this.#sockets.delete(socket));
  }

  [Symbol.dispose](): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}

/** `without(head, 'upgrade')`: the same without these headers. */
export function without({ start, headers }: Head, ...names: readonly string[]): Head {
  return { start, headers: headers.filter(([name]) => !names.includes(name.toLowerCase())) };
}

export function withHeader(head: Head, name: string, value: string): Head {
  const { start, headers } = without(head, name.toLowerCase());
  return { start, headers: [...headers, [name, value]] };
}

export function header({ headers }: Head, name: string): string | undefined {
  return headers.find(([one]) => one.toLowerCase() === name)?.[1];
}

/** Whom it heard the request from goes behind what was there. */
function asGoodProxy(head: Head, client: Socket): Head {
  const from = (client.remoteAddress ?? '').replace('::ffff:', '');
  const before = header(head, 'x-forwarded-for');
  const chain = before === undefined ? from : `${before}, ${from}`;
  return withHeader(withHeader(head, 'X-Forwarded-For', chain), 'X-Forwarded-Proto', 'https');
}

function readHead(bytes: Buffer): { readonly head: Head; readonly rest: Buffer } | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const [start = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()] as const;
  });
  return { head: { start, headers }, rest: bytes.subarray(end + 4) };
}

function writeHead({ start, headers }: Head): Buffer {
  return Buffer.from(
    [start, ...headers.map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n'),
    'latin1',
  );
}
