import type { Connection, Socket } from '../../platform/http.ts';
import type { Session } from '../auth/session.ts';
import { failures, type FailureCode } from '../failure.ts';
import { examine, kindOf } from './gate.ts';
import { HeldBack, type Watched } from './held-back.ts';
import { Inbound } from './inbound.ts';
import { Outbox, type OutboxOwner } from './outbox.ts';
import type { PeerHost } from './peer-host.ts';
import { encodeFrame, type ServerFrame } from './wire.ts';

/** RFC 6455 §7.4.1. */
export const goingAway = 1001;

/** Why this server ended a socket, and whether that was a fault of its own. */
export interface Ending {
  readonly code: number;
  readonly reason: string;
  readonly isFault: boolean;
}

const lowestServerError = 500;

/** One live socket with its session, bound to one namespace before its first byte. */
export class Peer implements Connection, OutboxOwner {
  readonly session: Session;
  /** That of the upgrade: it names the socket in the log. */
  readonly requestId: string;
  readonly #host: PeerHost;
  /** Most sockets are silent most of the time, and have nothing of what is undefined here. */
  #watched: Set<Watched> | undefined;
  #heldBack: HeldBack | undefined;
  #name = '';
  #socket: Socket | undefined;
  #outbox: Outbox | undefined;
  #inbound: Inbound | undefined;
  #state: 'awaiting join' | 'joined' | 'closed' = 'awaiting join';
  /** Why this server ended it, if it did. */
  #ending: Ending | undefined;
  #unansweredPings = 0;

  constructor({ session, requestId }: Pick<Peer, 'session' | 'requestId'>, host: PeerHost) {
    this.session = session;
    this.requestId = requestId;
    this.#host = host;
  }

  /** The id the client gave itself at `join`: echoed, never an authority. */
  get name(): string {
    return this.#name;
  }

  /** Why this server ended it; undefined where the other side did. */
  get ending(): Ending | undefined {
    return this.#ending;
  }

  get isJoined(): boolean {
    return this.#state === 'joined';
  }

  /** Whether its socket is full. */
  get isBlocked(): boolean {
    return this.#outbox?.isBlocked ?? false;
  }

  get watched(): Set<Watched> {
    return (this.#watched ??= new Set());
  }

  onSlow(): void {
    this.refuse('RateLimited', 'this connection takes what it asked for too slowly');
  }

  open(socket: Socket): void {
    if (this.#ending) {
      socket.close(this.#ending.code, this.#ending.reason);
      return;
    }
    this.#socket = socket;
    this.#outbox = new Outbox(socket, this, this.#host);
    this.#host.measures.opened += 1;
    this.#host.opened(this);
  }

  message(bytes: Uint8Array): void {
    if (this.#state === 'closed') return;
    this.#unansweredPings = 0;
    try {
      this.#take(bytes);
    } catch (error) {
      this.#host.fault(this, error);
      this.refuse('Internal', 'the server failed at this message');
    }
  }

  pong(): void {
    this.#unansweredPings = 0;
  }

  /**
   * Has the connection used, and closes it where nobody has answered for long. A socket that is full is in use, and one that
   * is not read cannot be heard.
   */
  ping(): void {
    if (this.isBlocked || this.#inbound?.isPaused === true) return;
    if (this.#unansweredPings >= this.#host.limits.unansweredPings) {
      this.end(goingAway, 'nothing was heard from you for long; connect again');
      return;
    }
    this.#unansweredPings += 1;
    this.#socket?.ping();
  }

  drain(): void {
    this.#outbox?.drain();
    this.#inbound?.drain();
    void this.#heldBack?.speakTo(this);
  }

  close(code: number): void {
    if (this.#socket) this.#host.measures.noteClosed(code);
    this.#outbox?.discard();
    this.#leave();
  }

  /** Ends the socket with the close code of the failure; the reason is for the app's author, who can tell the owner the id of a fault. */
  refuse(code: FailureCode, reason: string): void {
    if (this.#state !== 'closed') this.#host.measures.refusals.add(code);
    const { close, status } = failures[code];
    const isFault = status >= lowestServerError;
    this.end(close, isFault ? `${reason} (request ${this.requestId})` : reason, { isFault });
  }

  end(closeCode: number, reason: string, { isFault }: Pick<Ending, 'isFault'> = { isFault: false }): void {
    if (this.#state === 'closed') return;
    const outbox = this.#outbox;
    this.#ending = { code: closeCode, reason, isFault };
    this.#leave();
    outbox?.close(closeCode, reason);
  }

  /** False while the socket's queue is not empty; `document.speakTo` is then called once it is. */
  isReadyFor(document: Watched): boolean {
    if (this.isBlocked) (this.#heldBack ??= new HeldBack()).add(document);
    return !this.isBlocked;
  }

  /** It follows this document no longer. */
  leave(document: Watched): void {
    this.#watched?.delete(document);
    this.#heldBack?.delete(document);
    document.unwatch(this);
  }

  /** Sends a frame that may be lost: to a peer that is behind it would come late, and hold up what matters. */
  sendPresence(encoded: Uint8Array): void {
    if (!this.isBlocked) this.#send('ephemeral', encoded);
  }

  send(frame: ServerFrame): void {
    this.#send(frame.type, encodeFrame(frame));
  }

  /** Sends a sync frame that `encodeFrame` gave, once for all who hear the same. */
  sendEncoded(encoded: Uint8Array): void {
    this.#send('sync', encoded);
  }

  /** Bytes received and not worked through, and bytes that wait to be sent. */
  get waiting(): { readonly inboundBytes: number; readonly outboundBytes: number } {
    return { inboundBytes: this.#inbound?.waitingBytes ?? 0, outboundBytes: this.#outbox?.waitingBytes ?? 0 };
  }

  /** Counts bytes received and not worked through; closes the socket beyond the limit. */
  holdInbound(sizeBytes: number): boolean {
    if (this.#inbound?.hold(sizeBytes, this.isBlocked) === true) return true;
    this.refuse('RateLimited', 'messages arrive faster than they can be stored or answered');
    return false;
  }

  releaseInbound(sizeBytes: number): void {
    this.#inbound?.release(sizeBytes);
  }

  #send(kind: ServerFrame['type'], encoded: Uint8Array): void {
    if (!this.#outbox) return;
    this.#host.measures.sent.add(kind, encoded.length);
    this.#outbox.send(encoded);
  }

  #leave(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    for (const document of this.#watched ?? []) document.unwatch(this);
    this.#inbound?.stop();
    this.#heldBack?.clear();
    this.#watched = undefined;
    this.#outbox = undefined;
    this.#host.disconnected(this);
  }

  #take(bytes: Uint8Array): void {
    const arrival = examine(bytes, this.isJoined ? this.#name : undefined, this.#host.limits);
    this.#host.measures.received.add(kindOf(arrival), bytes.length);
    if (arrival.kind === 'join') return this.#join(arrival.name);
    if (this.#socket) (this.#inbound ??= new Inbound(this.#socket, this.#host)).count();
    if (arrival.kind === 'request') this.#host.request(this, arrival.request);
    else if (arrival.kind === 'refused') this.refuse(arrival.code, arrival.reason);
  }

  #join(name: string): void {
    this.#name = name;
    const admission = this.#host.admit(this);
    if (admission.kind === 'refused') {
      this.refuse(admission.code, admission.reason);
      return;
    }
    this.#state = 'joined';
    this.#host.welcome(this);
  }
}
