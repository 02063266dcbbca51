import type { EndedToken } from './ended-token-table.ts';

const mostEnded = 1000;
const mostDevices = 1000;

/**
 * Which devices still knock with a sync token that has ended: stock adapters reconnect with it for
 * ever, and only a reload of the page makes them ask for a new one. In memory: after a restart they knock again within seconds.
 */
export class RefusedReconnects {
  readonly #deviceByHash = new Map<string, string>();
  readonly #refusedAtByDevice = new Map<string, number>();

  /** These tokens have ended: whoever comes with one is known by it. */
  remember(ended: readonly EndedToken[]): void {
    for (const { hash, deviceId } of ended) this.#deviceByHash.set(keyOf(hash), deviceId);
    forgetOldest(this.#deviceByHash, mostEnded);
  }

  /** A token that opens nothing was shown; one that never did is nobody's. */
  refused(hash: Uint8Array, now: number): void {
    const deviceId = this.#deviceByHash.get(keyOf(hash));
    if (deviceId === undefined) return;
    this.#refusedAtByDevice.delete(deviceId);
    this.#refusedAtByDevice.set(deviceId, now);
    forgetOldest(this.#refusedAtByDevice, mostDevices);
  }

  /** The device has a new token; if another page of it still knocks, that will be heard. */
  forget(deviceId: string): void {
    this.#refusedAtByDevice.delete(deviceId);
  }

  /** When the device was last refused, in milliseconds since 1970. */
  at(deviceId: string): number | undefined {
    return this.#refusedAtByDevice.get(deviceId);
  }
}

function keyOf(hash: Uint8Array): string {
  return Buffer.from(hash).toString('base64');
}

function forgetOldest(entries: Map<string, unknown>, most: number): void {
  for (const key of entries.keys()) {
    if (entries.size <= most) return;
    entries.delete(key);
  }
}
