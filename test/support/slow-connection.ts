import { connect, type Socket } from 'node:net';

/** A connection that says what it is told to and no more, and notes what it hears until it is closed. */
export class SlowConnection implements Disposable {
  readonly #socket: Socket;
  heard = '';
  isClosed = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (bytes) => (this.heard += bytes.toString('latin1')));
    socket.on('error', () => {});
    socket.on('close', () => (this.isClosed = true));
  }

  /** Connected to this port of loopback, from another of its addresses where one is given, with this said. */
  static open(port: number, said: string, from = '127.0.0.1'): Promise<SlowConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', localAddress: from });
      const connection = new SlowConnection(socket);
      socket.once('error', reject);
      socket.once('connect', () => {
        if (said !== '') socket.write(said);
        resolve(connection);
      });
    });
  }

  static openMany(port: number, count: number, said: string, from?: string): Promise<SlowConnection[]> {
    return Promise.all(Array.from({ length: count }, () => SlowConnection.open(port, said, from)));
  }

  say(text: string): void {
    if (!this.isClosed) this.#socket.write(text);
  }

  get status(): number {
    return Number(this.heard.split(' ')[1] ?? 0);
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}
