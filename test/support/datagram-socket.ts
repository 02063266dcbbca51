import { dlopen } from 'bun:ffi';

const unix = 1;
const datagram = 2;
const withoutWaiting = 0x40;
const largestBytes = 4096;

/** A socket of datagrams that others of this machine may write to, as systemd has one for its services. */
export class DatagramSocket implements Disposable {
  readonly #library = dlopen('libc.so.6', {
    socket: { args: ['int', 'int', 'int'], returns: 'int' },
    bind: { args: ['int', 'ptr', 'u32'], returns: 'int' },
    recv: { args: ['int', 'ptr', 'usize', 'int'], returns: 'i64' },
    close: { args: ['int'], returns: 'int' },
  });
  readonly #descriptor = this.#library.symbols.socket(unix, datagram, 0);

  /** `name` is a path, or begins with a zero. */
  constructor(name: string) {
    const address = Buffer.concat([new Uint8Array(Uint16Array.of(unix).buffer), Buffer.from(name)]);
    if (this.#library.symbols.bind(this.#descriptor, address, address.length) !== 0) {
      throw new Error(`The socket ${name} cannot be made.`);
    }
  }

  /** The next message; undefined where there is none. */
  read(): string | undefined {
    const bytes = Buffer.alloc(largestBytes);
    const length = Number(this.#library.symbols.recv(this.#descriptor, bytes, bytes.length, withoutWaiting));
    return length < 0 ? undefined : bytes.subarray(0, length).toString();
  }

  [Symbol.dispose](): void {
    this.#library.symbols.close(this.#descriptor);
    this.#library.close();
  }
}
