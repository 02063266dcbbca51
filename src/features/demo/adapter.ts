import { EventEmitter } from 'node:events';
import type { PeerId, PeerMetadata } from '@automerge/automerge-repo/slim';
import { WebSocketClientAdapter } from '@automerge/automerge-repo-network-websocket';

/** The adapter's own is five seconds, which is long to look at. */
const retryMs = 500;

/**
 * The stock adapter. It stops listening to a socket that it replaces or closes, and outside of browsers an error that nobody
 * hears ends the process; so there is always somebody who hears it. A socket that has failed closes, and the
 * adapter tries again.
 */
export class Adapter extends WebSocketClientAdapter {
  override onError = (): void => {};

  constructor(url: string) {
    super(url, retryMs);
  }

  override connect(peerId: PeerId, metadata?: PeerMetadata): void {
    super.connect(peerId, metadata);
    const socket: unknown = this.socket;
    if (socket instanceof EventEmitter) socket.on('error', () => {});
  }
}
