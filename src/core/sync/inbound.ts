import type { Clock } from '../../platform/clock.ts';
import type { Socket } from '../../platform/http.ts';
import type { SyncLimits } from './limits.ts';
import type { SyncMeasures } from './sync-measures.ts';

export interface InboundOptions {
  readonly clock: Clock;
  readonly limits: Pick<SyncLimits, 'inboundBytes' | 'messagesAtOnce' | 'messagesPerSecond'>;
  readonly measures: Pick<SyncMeasures, 'pauses'>;
}

/** What a message costs in memory while it waits, however small. */
const messageBytes = 256;
/** Above this part of what may wait the socket is not read any more; below half of that it is again. */
const pausedPart = 1 / 4;
const pauseMs = 1_000;

/**
 * How much arrives over one socket, and how fast. Who sends too much has to wait, because nothing is read; only what goes
 * on arriving all the same is too much.
 */
export class Inbound {
  readonly #socket: Pick<Socket, 'pause' | 'resume'>;
  readonly #options: InboundOptions;
  #waitingBytes = 0;
  #bytesWhileBlocked = 0;
  #messagesLeft: number;
  #countedAt: number;
  #isPaused = false;
  #isStopped = false;
  #cancelRest: (() => void) | undefined;

  constructor(socket: Pick<Socket, 'pause' | 'resume'>, options: InboundOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#messagesLeft = options.limits.messagesAtOnce;
    this.#countedAt = options.clock.elapsed();
  }

  /** Whether nothing is read, so that nothing is heard either. */
  get isPaused(): boolean {
    return this.#isPaused;
  }

  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** Counts a message. The clock is asked only when all that may come at once has come. */
  count(): void {
    this.#messagesLeft -= 1;
    if (this.#messagesLeft < 0 && !this.#cancelRest) this.#earn();
  }

  /** Counts what is not worked through; false where it is too much. */
  hold(sizeBytes: number, isBlocked: boolean): boolean {
    const { inboundBytes } = this.#options.limits;
    this.#waitingBytes += sizeBytes + messageBytes;
    if (isBlocked) this.#bytesWhileBlocked += sizeBytes + messageBytes;
    this.#pauseOrResume();
    return Math.max(this.#waitingBytes, this.#bytesWhileBlocked) <= inboundBytes;
  }

  release(sizeBytes: number): void {
    this.#waitingBytes -= sizeBytes + messageBytes;
    this.#pauseOrResume();
  }

  /** The socket has room for our answers again. */
  drain(): void {
    this.#bytesWhileBlocked = 0;
  }

  /** The socket is gone. */
  stop(): void {
    this.#cancelRest?.();
    this.#isStopped = true;
  }

  /** Counts the time that went by as messages that may come; without any left, a rest begins. */
  #earn(): void {
    const { clock, limits } = this.#options;
    const now = clock.elapsed();
    const earned = ((now - this.#countedAt) / 1000) * limits.messagesPerSecond;
    this.#messagesLeft += Math.min(earned, limits.messagesAtOnce);
    this.#countedAt = now;
    this.#cancelRest = this.#messagesLeft < 0 ? clock.after(pauseMs, () => this.#earn()) : undefined;
    this.#pauseOrResume();
  }

  #pauseOrResume(): void {
    const mostBytes = this.#options.limits.inboundBytes * pausedPart * (this.#isPaused ? 1 / 2 : 1);
    const isToPause = this.#cancelRest !== undefined || this.#waitingBytes > mostBytes;
    if (isToPause === this.#isPaused || this.#isStopped) return;
    this.#isPaused = isToPause;
    if (isToPause) {
      this.#options.measures.pauses += 1;
      this.#socket.pause();
    } else this.#socket.resume();
  }
}
