import { checksumOffset, typeOffset } from '../format/chunk.ts';
import type { Peer } from './peer.ts';

const mostSenders = 256;

/** Who sent the changes of a document that Automerge has not judged yet, the newest of them. */
export class Senders {
  /** By the checksum of the change: the first bytes of its hash. */
  #peers: Map<string, Peer> | undefined;

  get isEmpty(): boolean {
    return (this.#peers?.size ?? 0) === 0;
  }

  note(peer: Peer, changes: readonly { readonly bytes: Uint8Array }[]): void {
    const peers = (this.#peers ??= new Map());
    for (const { bytes } of changes) peers.set(checksumOf(bytes), peer);
    for (const checksum of peers.keys()) {
      if (peers.size <= mostSenders) return;
      peers.delete(checksum);
    }
  }

  /** Closes who sent these. */
  refuse(chunks: readonly Uint8Array[], reason: string): void {
    for (const chunk of chunks) {
      const sender = this.#peers?.get(checksumOf(chunk));
      sender?.refuse('ProtocolViolation', `Automerge refuses a change it sent: ${reason}`);
    }
  }

  /** It is gone: nothing can be held against it any more. */
  delete(peer: Peer): void {
    for (const [checksum, sender] of this.#peers ?? []) {
      if (sender === peer) this.#peers?.delete(checksum);
    }
  }

  forget(): void {
    this.#peers = undefined;
  }
}

function checksumOf(chunk: Uint8Array): string {
  return chunk.subarray(checksumOffset, typeOffset).toHex();
}
