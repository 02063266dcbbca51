const mostJoined = 8;
/** Beside the joined ones there are those that have still to join, and those that are about to be replaced. */
const mostOpen = 2 * mostJoined;

/** One live socket of a device. */
interface DeviceSocket {
  readonly session: { readonly id: string; readonly deviceId: string };
}

/** Hears of every socket, joined or not. */
export interface SocketListener {
  opened(sessionId: string): void;
  closed(sessionId: string): void;
}

/**
 * The live sockets of each device, over all namespaces: at most eight that have joined. The one too
 * many is turned away and none is closed for it: adapters come back by themselves, and tabs that
 * push one another out would never end.
 */
export class DeviceSockets {
  readonly #open = new Map<string, Set<DeviceSocket>>();
  readonly #joined = new Map<string, Set<DeviceSocket>>();
  readonly #listener: SocketListener;

  constructor(listener: SocketListener) {
    this.#listener = listener;
  }

  /** Whether this device may open one more. */
  hasRoom(deviceId: string): boolean {
    return (this.#open.get(deviceId)?.size ?? 0) < mostOpen;
  }

  opened(socket: DeviceSocket): void {
    add(this.#open, socket);
    this.#listener.opened(socket.session.id);
  }

  /** Counts a socket as joined; false where its device has eight already. */
  join(socket: DeviceSocket): boolean {
    if ((this.#joined.get(socket.session.deviceId)?.size ?? 0) >= mostJoined) return false;
    add(this.#joined, socket);
    return true;
  }

  closed(socket: DeviceSocket): void {
    remove(this.#open, socket);
    remove(this.#joined, socket);
    this.#listener.closed(socket.session.id);
  }

  /** How many have joined, by device id. */
  counts(): ReadonlyMap<string, number> {
    return new Map([...this.#joined].map(([deviceId, sockets]) => [deviceId, sockets.size]));
  }
}

function add(byDevice: Map<string, Set<DeviceSocket>>, socket: DeviceSocket): void {
  const sockets = byDevice.get(socket.session.deviceId) ?? new Set();
  byDevice.set(socket.session.deviceId, sockets.add(socket));
}

function remove(byDevice: Map<string, Set<DeviceSocket>>, socket: DeviceSocket): void {
  const sockets = byDevice.get(socket.session.deviceId);
  sockets?.delete(socket);
  if (sockets?.size === 0) byDevice.delete(socket.session.deviceId);
}
