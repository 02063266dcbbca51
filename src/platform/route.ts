import { createSocket } from 'node:dgram';
import type { Address } from './outbound-target.ts';

const anyPort = 9;

/**
 * Whether this machine knows a way to an address: connecting a datagram socket asks the system and sends nothing. Of a TCP
 * connection Bun says ECONNREFUSED in either case.
 */
export function hasRoute({ address, family }: Address): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
  socket.once('error', () => resolve(false));
  socket.once('connect', () => resolve(true));
  socket.connect(anyPort, address);
  return promise.finally(() => socket.close());
}
