import ipaddr from 'ipaddr.js';

export type CidrRange = ReturnType<typeof ipaddr.parseCIDR>;

export function isCidr(text: string): boolean {
  return ipaddr.isValidCIDR(text);
}

/** The range of a CIDR, `10.0.0.0/8`; throws where `isCidr` says no. */
export function parseCidr(text: string): CidrRange {
  return ipaddr.parseCIDR(text);
}

/**
 * Who really asks: the rightmost address of X-Forwarded-For that is not a trusted proxy, and the
 * socket's own address where that one is not trusted. What a client writes itself stands further left.
 */
export function clientAddress(
  socketAddress: string,
  forwardedFor: string | null,
  trusted: readonly CidrRange[],
): string {
  let address = normaliseAddress(socketAddress) ?? socketAddress;
  const claimed = (forwardedFor ?? '').split(',').map((part) => part.trim());
  while (isTrusted(address, trusted)) {
    const next = normaliseAddress(claimed.pop() ?? '');
    if (next === undefined) return address;
    address = next;
  }
  return address;
}

/** The address without IPv4-in-IPv6 mapping, or undefined where `text` is none. */
export function normaliseAddress(text: string): string | undefined {
  return ipaddr.isValid(text) ? ipaddr.process(text).toString() : undefined;
}

/** Whether this is the address of a proxy whose word is taken. */
export function isTrusted(address: string, trusted: readonly CidrRange[]): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return trusted.some(([network, bits]) => parsed.kind() === network.kind() && parsed.match(network, bits));
}

/** The network that stands for one subscriber: an IPv4 address as it is, of IPv6 the /64, which one host has whole. */
export function subscriberNetwork(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed instanceof ipaddr.IPv4) return parsed.toString();
  const network = parsed.parts.slice(0, 4).map((part) => part.toString(16));
  return `${network.join(':')}::/64`;
}

/** The range that holds this address alone: `172.17.0.1/32`; undefined where it is none. */
export function rangeOf(address: string): string | undefined {
  const known = normaliseAddress(address);
  return known && `${known}/${ipaddr.IPv4.isValid(known) ? 32 : 128}`;
}
