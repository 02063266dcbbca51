import { checksumOffset, typeOffset } from '../format/chunk.ts';
import type { Peer } from './peer.ts';

/** Automerge judges changes soon after they came. */
const mostSenders = 256;

/** Who sent the changes of a document that Automerge has not judged yet, the newest of them. */
export class Senders {
  /** By the checksum of the change: the first bytes of its hash. */
  readonly #peers = new Map<string, Peer>();

  note(peer: Peer, changes: readonly { readonly bytes: Uint8Array }[]): void {
    for (const { bytes } of changes) this.#peers.set(checksumOf(bytes), peer);
    for (const checksum of this.#peers.keys()) {
      if (this.#peers.size <= mostSenders) return;
      this.#peers.delete(checksum);
    }
  }

  /** Closes who sent these. */
  refuse(chunks: readonly Uint8Array[], reason: string): void {
    for (const chunk of chunks) {
      const sender = this.#peers.get(checksumOf(chunk));
      sender?.refuse('ProtocolViolation', `Automerge refuses a change it sent: ${reason}`);
    }
  }

  forget(): void {
    this.#peers.clear();
  }
}

function checksumOf(chunk: Uint8Array): string {
  return chunk.subarray(checksumOffset, typeOffset).toHex();
}
