import type { DeviceSockets } from './device-sockets.ts';
import type { Entry } from './peer-host.ts';
import type { Peer } from './peer.ts';

/** The open sockets of a namespace, and the names of those that have joined. */
export class Peers {
  readonly #devices: DeviceSockets;
  readonly #sockets = new Set<Peer>();
  readonly #joined = new Map<string, Peer>();
  readonly #ownName: string;

  /** `ownName` is that of the server here, which no client may have. */
  constructor(devices: DeviceSockets, ownName: string) {
    this.#devices = devices;
    this.#ownName = ownName;
  }

  /** Open sockets, joined or not. */
  get socketCount(): number {
    return this.#sockets.size;
  }

  get joinedCount(): number {
    return this.#joined.size;
  }

  add(peer: Peer): void {
    this.#sockets.add(peer);
    this.#devices.opened(peer);
  }

  delete(peer: Peer): void {
    this.#sockets.delete(peer);
    this.#devices.closed(peer);
    if (this.#joined.get(peer.name) === peer) this.#joined.delete(peer.name);
  }

  ofDevice(deviceId: string): readonly Peer[] {
    return [...this.#sockets].filter(({ session }) => session.deviceId === deviceId);
  }

  /** The same device may take its name over with a new socket, before the old one is known to be gone; nobody else can. */
  admit(peer: Peer): Entry {
    if (peer.name === this.#ownName) {
      return { kind: 'refused', code: 'NotPermitted', reason: 'this peer id is that of the server' };
    }
    const holder = this.#joined.get(peer.name);
    if (holder && holder.session.deviceId !== peer.session.deviceId) {
      return { kind: 'refused', code: 'NotPermitted', reason: 'this peer id belongs to another device' };
    }
    holder?.end(1000, 'the same peer has joined on a new socket');
    if (!this.#devices.join(peer)) {
      const reason = 'this device has as many connections as it may';
      return { kind: 'refused', code: 'RateLimited', reason };
    }
    this.#joined.set(peer.name, peer);
    return { kind: 'admitted' };
  }

  /** RFC 6455 §7.4.1: 1001 is "going away". */
  endAll(reason: string): void {
    const goingAway = 1001;
    for (const peer of this.#sockets) peer.end(goingAway, reason);
  }
}
