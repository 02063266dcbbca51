import ipaddr from 'ipaddr.js';

/** Global unicast is the only part of IPv6 in public use (RFC 4291 §2.4, IANA). */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

/** `text` is an IPv4 or IPv6 address, with or without the brackets of a URL. */
export function isAddress(text: string): boolean {
  return ipaddr.isValid(withoutBrackets(text));
}

/** `text` is an address or may be the name of one: figures and dots alone are no name. */
export function isAddressOrName(text: string): boolean {
  return isAddress(text) || /^(?![\d.]+$)[a-z\d](?:[a-z\d.-]*[a-z\d])?$/i.test(text);
}

/**
 * `address` is public unicast: nothing private, loopback, link-local, shared, reserved, or a tunnel that could lead
 * to such. IPv4 addresses mapped into IPv6 are judged as what they are.
 */
export function isPublicAddress(address: string): boolean {
  const parsed = parse(address);
  if (parsed?.range() !== 'unicast') return false;
  return parsed instanceof ipaddr.IPv4 || parsed.match(globalUnicast);
}

export function isLoopbackAddress(address: string): boolean {
  return parse(address)?.range() === 'loopback';
}

/** `::1.2.3.4`, deprecated (RFC 4291 §2.5.5.1): the library takes it for a mapped address, the system does not. */
const compatible = /^[0:]+:\d+\./;

function parse(address: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  const text = withoutBrackets(address);
  if (compatible.test(text)) return undefined;
  return ipaddr.isValid(text) ? ipaddr.process(text) : undefined;
}

function withoutBrackets(text: string): string {
  return text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
}
