import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import tls from 'node:tls';

export interface BridgeOptions {
  /** Of the proxy, on 127.0.0.1. */
  readonly port: number;
  /** Its public name. */
  readonly name: string;
  readonly root: string;
  /** The address of this machine to come from. */
  readonly from?: string;
}

/**
 * A port of loopback that speaks TLS to a proxy by its public name, for clients that cannot be told where a name leads and what certificate to
 * trust. A Host of this machine becomes the public name; any other is passed on as it is.
 */
export class TlsBridge implements Disposable {
  readonly #server;
  readonly #sockets = new Set<Socket>();

  private constructor({ port, name, root, from = '127.0.0.1' }: BridgeOptions) {
    this.#server = createServer((client) => {
      const way = connect({ host: '127.0.0.1', port, localAddress: from });
      const sealed = tls.connect({ socket: way, servername: name, ca: root, ALPNProtocols: ['http/1.1'] });
      for (const socket of [client, way, sealed]) this.#keep(socket);
      client.once('data', (head: Buffer) => {
        sealed.write(
          head.toString('latin1').replace(/^(Host: )(?:127\.0\.0\.1|localhost)\S*/im, `$1${name}`),
          'latin1',
        );
        client.pipe(sealed);
      });
      sealed.pipe(client);
      sealed.on('close', () => client.destroy());
      client.on('close', () => sealed.destroy());
    });
  }

  static async start(options: BridgeOptions): Promise<TlsBridge> {
    const bridge = new TlsBridge(options);
    await new Promise<void>((done) => bridge.#server.listen(0, '127.0.0.1', done));
    return bridge;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
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
