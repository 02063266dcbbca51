import { isLoopbackAddress } from './address.ts';
import { isTrusted, normaliseAddress, type CidrRange } from './client-address.ts';

/** Who could read a request, and its answer, on the way. */
export interface Transport {
  /**
   * `sealed`: it came by TLS of our own, from this machine, or by a trusted proxy that says nothing else; TLS is the proxy's matter.
   * `clear`: another machine sent it to us in plain HTTP. `clear-before-proxy`: to our proxy, as that one says.
   */
  readonly kind: 'sealed' | 'clear' | 'clear-before-proxy';
  /** The address at the other end of the connection. */
  readonly peer: string;
}

export interface Arriving {
  readonly socketAddress: string;
  /** TLS ended here and not before us. */
  readonly isTls: boolean;
  readonly forwardedProto: string | null;
}

/** Judges a connection by what we see of it. */
export function judgeTransport(
  { socketAddress, isTls, forwardedProto }: Arriving,
  trusted: readonly CidrRange[],
): Transport {
  const peer = normaliseAddress(socketAddress) ?? socketAddress;
  if (!isLoopbackAddress(peer) && !isTrusted(peer, trusted))
    return { kind: isTls ? 'sealed' : 'clear', peer };
  // Of several the first is the client's own way; some proxies name the WebSocket's scheme.
  const scheme = forwardedProto?.split(',')[0]?.trim().toLowerCase();
  return { kind: scheme === 'http' || scheme === 'ws' ? 'clear-before-proxy' : 'sealed', peer };
}
