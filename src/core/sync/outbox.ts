import type { Socket } from '../../platform/http.ts';

export interface OutboxOptions {
  /** Frames that wait while the socket is full, bytes. */
  readonly limitBytes: number;
  /** The other side takes what it asked for too slowly, or the socket has dropped a frame. */
  readonly onSlow: () => void;
}

/** What goes out over one socket, in order. */
export class Outbox {
  readonly #socket: Socket;
  readonly #options: OutboxOptions;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #isBlocked = false;

  constructor(socket: Socket, options: OutboxOptions) {
    this.#socket = socket;
    this.#options = options;
  }

  /** Whether the socket is full. What need not be sent now should wait until it is not. */
  get isBlocked(): boolean {
    return this.#isBlocked;
  }

  send(bytes: Uint8Array): void {
    if (this.#isBlocked) {
      this.#waiting.push(bytes);
      this.#waitingBytes += bytes.length;
      if (this.#waitingBytes > this.#options.limitBytes) this.#options.onSlow();
      return;
    }
    const sent = this.#socket.send(bytes);
    if (sent === 0) this.#options.onSlow();
    if (sent < 0) this.#isBlocked = true;
  }

  /** The socket has room again. */
  drain(): void {
    this.#isBlocked = false;
    this.#waitingBytes = 0;
    for (const bytes of this.#waiting.splice(0)) this.send(bytes);
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }
}
