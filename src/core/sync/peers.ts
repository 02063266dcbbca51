import type { DeviceSockets } from './device-sockets.ts';
import type { Entry } from './peer-host.ts';
import { goingAway, type Peer } from './peer.ts';

/** The open sockets of a namespace, and the names of those that have joined. */
export class Peers {
  readonly #devices: DeviceSockets;
  readonly #unjoined = new Set<Peer>();
  readonly #joined = new Map<string, Peer>();
  readonly #ownName: string;

  /** `ownName` is that of the server here, which no client may have. */
  constructor(devices: DeviceSockets, ownName: string) {
    this.#devices = devices;
    this.#ownName = ownName;
  }

  /** Open sockets, joined or not. */
  get socketCount(): number {
    return this.#unjoined.size + this.#joined.size;
  }

  get joinedCount(): number {
    return this.#joined.size;
  }

  /** In the order in which they came. */
  all(): readonly Peer[] {
    return [...this.#unjoined, ...this.#joined.values()];
  }

  /** Of all sockets together, as of each `Peer.waiting`. */
  get waiting(): Peer['waiting'] {
    let [inboundBytes, outboundBytes] = [0, 0];
    for (const { waiting } of this.all()) {
      inboundBytes += waiting.inboundBytes;
      outboundBytes += waiting.outboundBytes;
    }
    return { inboundBytes, outboundBytes };
  }

  add(peer: Peer): void {
    this.#unjoined.add(peer);
    this.#devices.opened(peer.session);
  }

  delete(peer: Peer): void {
    const hasJoined = this.#joined.get(peer.name) === peer;
    if (hasJoined) this.#joined.delete(peer.name);
    else this.#unjoined.delete(peer);
    this.#devices.closed(peer.session, { hasJoined });
  }

  ofDevice(deviceId: string): readonly Peer[] {
    return this.all().filter(({ session }) => session.deviceId === deviceId);
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
    if (!this.#devices.join(peer.session)) {
      const reason = 'this device has as many connections as it may';
      return { kind: 'refused', code: 'RateLimited', reason };
    }
    this.#unjoined.delete(peer);
    this.#joined.set(peer.name, peer);
    return { kind: 'admitted' };
  }

  endAll(reason: string): void {
    for (const peer of this.all()) peer.end(goingAway, reason);
  }
}
