import type { Clock } from '../../platform/clock.ts';
import { RateLimiter } from '../../platform/limits.ts';
import type { DocumentId } from '../store/document-id.ts';
import type { PresenceLimits } from './limits.ts';
import type { Peer } from './peer.ts';
import { encodeFrame, type EphemeralFrame } from './wire.ts';

export interface PresenceOptions {
  readonly clock: Clock;
  readonly limits: PresenceLimits;
  /** Those who follow a document and may read it. */
  audience(id: DocumentId): Iterable<Peer>;
}

/** What one socket may still send. */
interface Allowance {
  readonly documents: RateLimiter;
  readonly socket: RateLimiter;
  /** How much beyond these it may send before it is closed. */
  readonly patience: RateLimiter;
}

const unitBytes = 1024;
const wholeSocket = '';

/** Presence: what people do now, passed on to those who follow the same document, and stored nowhere. */
export class Presence {
  readonly #options: PresenceOptions;
  readonly #allowances = new Map<Peer, Allowance>();

  constructor(options: PresenceOptions) {
    this.#options = options;
  }

  /** Sockets that have sent any. */
  get senderCount(): number {
    return this.#allowances.size;
  }

  /** Passes it on under the name its sender joined with, unless the sender sends too much. */
  relay(sender: Peer, frame: EphemeralFrame): void {
    const { limits, audience } = this.#options;
    if (frame.data.length > limits.mostBytes) {
      sender.refuse('PayloadTooLarge', `a presence message may have ${limits.mostBytes} bytes`);
      return;
    }
    if (!this.#mayGo(sender, frame)) return;
    let encoded: Uint8Array | undefined;
    for (const peer of audience(frame.documentId)) {
      if (peer === sender) continue;
      // No client looks at `targetId`, so that one frame serves all.
      encoded ??= encodeFrame({ ...frame, targetId: '' });
      peer.sendPresence(encoded);
    }
  }

  forget(peer: Peer): void {
    this.#allowances.delete(peer);
  }

  /** Counts it, by its size. Too much of it is left out; who goes on sending far too much is closed. */
  #mayGo(sender: Peer, { documentId, data }: EphemeralFrame): boolean {
    const allowance = this.#allowances.get(sender) ?? this.#newAllowance();
    this.#allowances.set(sender, allowance);
    const now = this.#options.clock.elapsed();
    const units = Math.max(1, Math.ceil(data.length / unitBytes));
    const mayGo =
      allowance.documents.take(documentId, now, units) && allowance.socket.take(wholeSocket, now, units);
    if (!mayGo && !allowance.patience.take(wholeSocket, now)) {
      sender.refuse('RateLimited', 'this connection sends far more presence than is passed on');
    }
    return mayGo;
  }

  #newAllowance(): Allowance {
    const { perDocument, perSocket, beyond, documents } = this.#options.limits;
    return {
      documents: new RateLimiter({ ...perDocument, mostKeys: documents }),
      socket: new RateLimiter({ ...perSocket, mostKeys: 1 }),
      patience: new RateLimiter({ ...beyond, mostKeys: 1 }),
    };
  }
}
