import { isAddress, isLoopbackAddress, isPublicAddress } from '../../../platform/address.ts';
import type { Address } from '../../../platform/outbound-target.ts';

/** IPv6 gives a machine several. */
const mostNamed = 3;

/** The addresses of this machine's interfaces that are as public as this one, and of its family; none where this is one of them. */
export function ownInstead({ address, family }: Address, own: readonly string[]): readonly string[] {
  if (own.includes(address) || isLoopbackAddress(address)) return [];
  const isPublic = isPublicAddress(address);
  return own
    .filter((one) => one.includes(':') === (family === 6) && isPublicAddress(one) === isPublic)
    .slice(0, mostNamed);
}

/** What to do about the public name where an address of it was this machine's once: after a move that is forgotten. */
export function correctRecord(
  { hostname }: URL,
  { address, family }: Address,
  instead: readonly string[],
): string {
  const where = `Where ${address} was this machine's once,`;
  const now = instead.join(' or ');
  if (isAddress(hostname)) return `${where} change GROUNDMIST_HOST to ${now}, or better to a name.`;
  return `${where} change the ${family === 6 ? 'AAAA' : 'A'} record of ${hostname} to ${now}.`;
}
