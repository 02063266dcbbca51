import type { Clock } from '../../platform/clock.ts';
import type { Connection, Socket } from '../../platform/http.ts';
import type { Session } from '../auth/session.ts';
import { failures, type FailureCode } from '../failure.ts';
import type { SyncLimits } from './limits.ts';
import { Outbox } from './outbox.ts';
import { decodeFrame, encodeFrame, type ClientFrame, type ServerFrame } from './wire.ts';

/** A frame after `join`: what a peer asks of its hub. */
export type PeerRequest = Exclude<ClientFrame, { readonly type: 'join' }>;

/** The hub as its peers see it. */
export interface PeerHost {
  readonly limits: SyncLimits;
  readonly clock: Clock;
  /** Takes the peer in under its name; the reason where it may not join. */
  admit(
    peer: Peer,
  ):
    | { readonly kind: 'admitted' }
    | { readonly kind: 'refused'; readonly code: FailureCode; readonly reason: string };
  welcome(peer: Peer): void;
  request(peer: Peer, request: PeerRequest): void;
  /** The socket is gone; called once, joined or not. */
  disconnected(peer: Peer): void;
  /** An error of ours while this peer was served. */
  fault(peer: Peer, error: unknown): void;
}

/** A document as its watchers' sockets see it. */
export interface Watched {
  /** The socket has room again: say what was held back. Resolves once it is said, and never rejects. */
  speakTo(peer: Peer): Promise<void>;
  unwatch(peer: Peer): void;
}

/** One live socket with its session, bound to one namespace before its first byte. */
export class Peer implements Connection {
  readonly session: Session;
  readonly watched = new Set<Watched>();
  readonly #host: PeerHost;
  readonly #heldBack = new Set<Watched>();
  #name = '';
  #outbox: Outbox | undefined;
  #state: 'awaiting join' | 'joined' | 'closed' = 'awaiting join';
  /** Why it was ended before its socket opened. */
  #ending: { readonly code: number; readonly reason: string } | undefined;
  #isDraining = false;
  #inboundBytes = 0;
  #cancelJoinTimeout: () => void = () => {};

  constructor(session: Session, host: PeerHost) {
    this.session = session;
    this.#host = host;
  }

  /** The id the client gave itself at `join`: echoed, never an authority. */
  get name(): string {
    return this.#name;
  }

  get #isBlocked(): boolean {
    return this.#outbox?.isBlocked ?? false;
  }

  get isJoined(): boolean {
    return this.#state === 'joined';
  }

  open(socket: Socket): void {
    if (this.#ending) {
      socket.close(this.#ending.code, this.#ending.reason);
      return;
    }
    const { clock, limits } = this.#host;
    this.#outbox = new Outbox(socket, {
      limitBytes: limits.outboundBytes,
      onSlow: () =>
        this.end(failures.RateLimited.close, 'this connection takes what it asked for too slowly'),
    });
    this.#cancelJoinTimeout = clock.after(limits.joinTimeoutMs, () => {
      this.refuse('ProtocolViolation', 'no join arrived in time');
    });
  }

  message(bytes: Uint8Array): void {
    if (this.#state === 'closed') return;
    try {
      this.#take(bytes);
    } catch (error) {
      this.#host.fault(this, error);
      this.refuse('Internal', 'the server failed at this message');
    }
  }

  drain(): void {
    this.#outbox?.drain();
    if (!this.#isDraining) void this.#speakHeldBack();
  }

  close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#cancelJoinTimeout();
    for (const document of this.watched) document.unwatch(this);
    this.watched.clear();
    this.#heldBack.clear();
    this.#outbox = undefined;
    this.#host.disconnected(this);
  }

  /** Ends the socket with the close code of the failure; the reason is for the app's author. */
  refuse(code: FailureCode, reason: string): void {
    this.end(failures[code].close, reason);
  }

  end(closeCode: number, reason: string): void {
    if (this.#state === 'closed') return;
    const outbox = this.#outbox;
    this.#ending = { code: closeCode, reason };
    this.close();
    outbox?.close(closeCode, reason);
  }

  /** False while the socket's queue is not empty; `document.speakTo` is then called once it is. */
  isReadyFor(document: Watched): boolean {
    const isBlocked = this.#isBlocked;
    if (isBlocked) this.#heldBack.add(document);
    return !isBlocked;
  }

  /** Sends a frame that may be lost: to a peer that is behind it would come late, and hold up what matters. */
  sendPresence(encoded: Uint8Array): void {
    if (!this.#isBlocked) this.sendEncoded(encoded);
  }

  send(frame: ServerFrame): void {
    this.sendEncoded(encodeFrame(frame));
  }

  /** Sends what `encodeFrame` gave, once for all who hear the same. */
  sendEncoded(encoded: Uint8Array): void {
    this.#outbox?.send(encoded);
  }

  /** Counts bytes received and not worked through; closes the socket beyond the limit. */
  holdInbound(sizeBytes: number): boolean {
    this.#inboundBytes += sizeBytes;
    if (this.#inboundBytes <= this.#host.limits.inboundBytes) return true;
    this.refuse('RateLimited', 'messages arrive faster than they can be stored');
    return false;
  }

  releaseInbound(sizeBytes: number): void {
    this.#inboundBytes -= sizeBytes;
  }

  /** One document after the other, so that no more are loaded than the socket takes. Never rejects: `speakTo` does not. */
  async #speakHeldBack(): Promise<void> {
    this.#isDraining = true;
    for (const document of this.#heldBack) {
      if (this.#isBlocked) break;
      this.#heldBack.delete(document);
      await document.speakTo(this);
    }
    this.#isDraining = false;
  }

  #take(bytes: Uint8Array): void {
    const { limits } = this.#host;
    const limit = this.#state === 'joined' ? limits.frameBytes : limits.joinFrameBytes;
    if (bytes.length > limit) {
      this.refuse('PayloadTooLarge', `a frame may have ${limit} bytes here`);
      return;
    }
    const decoded = decodeFrame(bytes);
    if (decoded.kind === 'malformed') {
      this.refuse('ProtocolViolation', decoded.reason);
      return;
    }
    this.#dispatch(decoded.frame);
  }

  #dispatch(frame: ClientFrame): void {
    if (frame.type === 'join') {
      this.#join(frame);
    } else if (this.#state !== 'joined') {
      this.refuse('ProtocolViolation', 'the first frame must be join');
    } else if (frame.type === 'ephemeral' && frame.senderId !== this.#name) {
      return; // Stock clients relay presence they received back to us; it was delivered already.
    } else if (frame.senderId !== this.#name) {
      this.refuse('ProtocolViolation', 'the senderId is not the one that joined on this socket');
    } else {
      this.#host.request(this, frame);
    }
  }

  #join(frame: ClientFrame & { readonly type: 'join' }): void {
    if (this.#state === 'joined') {
      this.refuse('ProtocolViolation', 'this socket has joined already');
      return;
    }
    if (frame.versions && !frame.versions.includes('1')) {
      this.refuse('ProtocolViolation', 'this server speaks protocol version 1');
      return;
    }
    this.#name = frame.senderId;
    const admission = this.#host.admit(this);
    if (admission.kind === 'refused') {
      this.refuse(admission.code, admission.reason);
      return;
    }
    this.#state = 'joined';
    this.#cancelJoinTimeout();
    this.#host.welcome(this);
  }
}
