import { networkInterfaces } from 'node:os';

/** The addresses of this machine's own network interfaces, loopback left out. */
export function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((interfaces = []) =>
    interfaces.filter(({ internal }) => !internal).map(({ address }) => address),
  );
}
