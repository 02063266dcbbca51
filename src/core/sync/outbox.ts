import type { Socket } from '../../platform/http.ts';
import type { Flushes } from './flushes.ts';
import type { SyncLimits } from './limits.ts';

export interface OutboxOptions {
  readonly flushes: Flushes;
  /** `outboundBytes` of frames may wait while the socket is full. */
  readonly limits: Pick<SyncLimits, 'outboundBytes'>;
}

export interface OutboxOwner {
  /** The other side takes what it asked for too slowly, or the socket has dropped a frame. */
  onSlow(): void;
}

/** So much is not collected any longer: Bun's own buffer for one write holds less. */
const batchBytes = 64 * 1024;

/** What goes out over one socket, in order. Frames that are sent together leave in one write. */
export class Outbox {
  readonly #socket: Socket;
  readonly #owner: OutboxOwner;
  readonly #options: OutboxOptions;
  /** Those to leave next, or all that came while the socket is full; undefined where there are none, as mostly. */
  #frames: Uint8Array[] | undefined;
  #bytes = 0;
  #isBlocked = false;

  constructor(socket: Socket, owner: OutboxOwner, options: OutboxOptions) {
    this.#socket = socket;
    this.#owner = owner;
    this.#options = options;
  }

  /** Whether the socket is full. What need not be sent now should wait until it is not. */
  get isBlocked(): boolean {
    return this.#isBlocked;
  }

  /** What Bun has in its own queue, and what waits before it. */
  get waitingBytes(): number {
    return this.#bytes + this.#socket.queuedBytes;
  }

  send(bytes: Uint8Array): void {
    const frames = (this.#frames ??= []);
    frames.push(bytes);
    this.#bytes += bytes.length;
    if (this.#isBlocked) {
      if (this.#bytes > this.#options.limits.outboundBytes) this.#owner.onSlow();
    } else if (this.#bytes >= batchBytes) this.flush();
    else if (frames.length === 1) this.#options.flushes.add(this);
  }

  /** Sends what was collected, unless the socket is full. */
  flush(): void {
    const frames = this.#frames;
    if (this.#isBlocked || !frames) return;
    this.discard();
    const outcome = frames.length === 1 ? this.#send(frames) : this.#sendTogether(frames);
    if (outcome.isDropped) return this.#owner.onSlow();
    for (const bytes of frames.slice(outcome.taken)) this.send(bytes);
  }

  /** The socket has room again. */
  drain(): void {
    this.#isBlocked = false;
    this.flush();
  }

  /** Nothing of it can be sent any more. */
  discard(): void {
    this.#frames = undefined;
    this.#bytes = 0;
  }

  close(code: number, reason: string): void {
    this.flush();
    this.#socket.close(code, reason);
  }

  /** Only the end shows whether all went into the socket. */
  #sendTogether(frames: readonly Uint8Array[]): Outcome {
    let outcome: Outcome = { taken: 0, isDropped: false };
    this.#socket.cork(() => (outcome = this.#send(frames)));
    this.#isBlocked ||= this.#socket.queuedBytes > 0;
    return outcome;
  }

  #send(frames: readonly Uint8Array[]): Outcome {
    for (const [index, bytes] of frames.entries()) {
      const sent = this.#socket.send(bytes);
      if (sent === 0) return { taken: index, isDropped: true };
      this.#isBlocked = sent < 0;
      if (this.#isBlocked) return { taken: index + 1, isDropped: false };
    }
    return { taken: frames.length, isDropped: false };
  }
}

interface Outcome {
  /** How many the socket has, or has queued. */
  readonly taken: number;
  readonly isDropped: boolean;
}
