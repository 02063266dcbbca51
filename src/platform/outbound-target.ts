import { lookup } from 'node:dns/promises';
import { isAddress, isLoopbackAddress, isPublicAddress } from './address.ts';
import { OutboundError } from './outbound-error.ts';

export interface Address {
  readonly address: string;
  readonly family: 4 | 6;
}

/** Every IPv4 and IPv6 address of a name. */
export type Resolve = (name: string) => Promise<readonly Address[]>;

export interface OutboundRules {
  /** Exact `host` or `host:port`; without a port the scheme's own is meant. */
  readonly privateHosts: readonly string[];
  readonly resolve: Resolve;
}

/** The addresses that a request to `url` may connect to, or an OutboundError `forbidden`. */
export async function findAddresses(url: URL, rules: OutboundRules): Promise<readonly Address[]> {
  if (url.username !== '' || url.password !== '') throw forbidden(url, 'the URL carries credentials');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw forbidden(url, 'only https is allowed');
  return isPrivateHost(url, rules.privateHosts)
    ? findPrivateAddresses(url, rules.resolve)
    : findPublicAddresses(url, rules.resolve);
}

/** Asks the system, which also knows the hosts file and the names of the local network. */
export const systemResolve: Resolve = async (name) => {
  const found = await lookup(name, { all: true });
  return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
};

async function findPublicAddresses(url: URL, resolve: Resolve): Promise<readonly Address[]> {
  if (url.protocol !== 'https:') throw forbidden(url, 'only https is allowed');
  if (isAddress(url.hostname)) throw forbidden(url, 'it is an address, not a name');
  if (!url.hostname.replace(/\.$/, '').includes('.'))
    throw forbidden(url, 'a name without a dot is not public');
  const addresses = await resolveName(url, resolve);
  if (!addresses.every(({ address }) => isPublicAddress(address))) {
    throw forbidden(url, 'the name leads to an address that is not public');
  }
  return addresses;
}

/** Passwords may travel: without TLS only where they never leave this machine. */
async function findPrivateAddresses(url: URL, resolve: Resolve): Promise<readonly Address[]> {
  const addresses = isAddress(url.hostname) ? [literal(url.hostname)] : await resolveName(url, resolve);
  if (url.protocol === 'http:' && !addresses.every(({ address }) => isLoopbackAddress(address))) {
    throw forbidden(url, 'http is for loopback addresses; use https');
  }
  return addresses;
}

async function resolveName(url: URL, resolve: Resolve): Promise<readonly Address[]> {
  const addresses = await resolve(url.hostname).catch((cause: unknown) => {
    throw new OutboundError('unreachable', `The name ${url.hostname} could not be resolved.`, { cause });
  });
  if (addresses.length === 0) {
    throw new OutboundError('unreachable', `The name ${url.hostname} has no address.`);
  }
  return addresses;
}

function isPrivateHost(url: URL, privateHosts: readonly string[]): boolean {
  const names =
    url.port === ''
      ? [url.hostname, `${url.hostname}:${url.protocol === 'https:' ? 443 : 80}`]
      : [`${url.hostname}:${url.port}`];
  return privateHosts.some((entry) => names.includes(entry.toLowerCase()));
}

function literal(hostname: string): Address {
  const isSix = hostname.startsWith('[');
  return { address: isSix ? hostname.slice(1, -1) : hostname, family: isSix ? 6 : 4 };
}

function forbidden(url: URL, why: string): OutboundError {
  return new OutboundError('forbidden', `A request to ${url.host || url.protocol} is not allowed: ${why}.`);
}
