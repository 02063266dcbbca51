import { isAddress } from './address.ts';

/** Where a program listens. */
export interface SocketAddress {
  /** An address, IPv6 without brackets, or `localhost`. */
  readonly hostname: string;
  readonly port: number;
}

const form = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/;
const highestPort = 65535;

/** `127.0.0.1:3032`, `[::1]:3032` or `localhost:3032`; undefined where `text` is none of these. */
export function parseSocketAddress(text: string): SocketAddress | undefined {
  const [, bracketed, hostname = bracketed, port = ''] = form.exec(text) ?? [];
  if (hostname === undefined || Number(port) > highestPort) return undefined;
  return hostname === 'localhost' || isAddress(hostname) ? { hostname, port: Number(port) } : undefined;
}
