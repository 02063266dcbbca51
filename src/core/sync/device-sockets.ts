const mostJoined = 8;
/** Beside the joined ones there are those that have still to join, and those that are about to be replaced. */
const mostOpen = 2 * mostJoined;

/** Whose socket it is. */
interface Owner {
  readonly id: string;
  readonly deviceId: string;
}

/** Hears of every socket, joined or not. */
export interface SocketListener {
  opened(sessionId: string): void;
  closed(sessionId: string): void;
}

/** How many sockets of one device are open, and how many of these have joined. */
interface Counts {
  open: number;
  joined: number;
}

/**
 * The live sockets of each device, over all namespaces: at most eight that have joined. The one too
 * many is turned away and none is closed for it: adapters come back by themselves, and tabs that
 * push one another out would never end.
 */
export class DeviceSockets {
  /** Numbers only: nearly every device has one socket, and a set of one is larger than all else that is kept for it. */
  readonly #devices = new Map<string, Counts>();
  readonly #listener: SocketListener;

  constructor(listener: SocketListener) {
    this.#listener = listener;
  }

  /** Whether this device may open one more. */
  hasRoom(deviceId: string): boolean {
    return (this.#devices.get(deviceId)?.open ?? 0) < mostOpen;
  }

  opened({ id, deviceId }: Owner): void {
    const counts = this.#devices.get(deviceId);
    if (counts) counts.open += 1;
    else this.#devices.set(deviceId, { open: 1, joined: 0 });
    this.#listener.opened(id);
  }

  /** Counts one that is open as joined; false where its device has eight already. */
  join({ deviceId }: Owner): boolean {
    const counts = this.#devices.get(deviceId);
    if (!counts || counts.joined >= mostJoined) return false;
    counts.joined += 1;
    return true;
  }

  closed({ id, deviceId }: Owner, { hasJoined }: { readonly hasJoined: boolean }): void {
    const counts = this.#devices.get(deviceId);
    if (counts) {
      counts.open -= 1;
      if (hasJoined) counts.joined -= 1;
      if (counts.open === 0) this.#devices.delete(deviceId);
    }
    this.#listener.closed(id);
  }

  /** How many have joined, by device id. */
  counts(): ReadonlyMap<string, number> {
    const joined = new Map<string, number>();
    for (const [deviceId, counts] of this.#devices)
      if (counts.joined > 0) joined.set(deviceId, counts.joined);
    return joined;
  }
}
