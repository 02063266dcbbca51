import { isPublicAddress } from '../../../platform/address.ts';
import { rangeOf } from '../../../platform/client-address.ts';
import type { Arrival } from '../arrival.ts';
import { findingsOf, type Finding } from '../finding.ts';
import { linesFor, type ProxyFacts } from './proxy-lines.ts';

const { problem, warning } = findingsOf('proxy');

/** Why every app is refused that comes this way (docs/decisions/plain-http.md), or undefined. */
export function judgeScheme(
  { transport, peer }: Arrival,
  { protocol }: URL,
  proxy: ProxyFacts,
): Finding | undefined {
  if (transport === 'clear') {
    const cause = `Requests reach this server from ${peer}, which is neither this machine nor a proxy that it trusts, so every app is refused (TlsRequired).`;
    return problem(cause, trust(peer));
  }
  if (transport === 'clear-before-proxy' && protocol === 'https:') {
    const cause =
      'The proxy says that the request came to it in plain HTTP (X-Forwarded-Proto), so every app is refused (TlsRequired).';
    return problem(
      cause,
      `Where TLS ends before that proxy, let it pass on what it is told; where it ends in it:\n${linesFor('pass the scheme', proxy)}`,
    );
  }
  return undefined;
}

/** To trust a public address is to trust whoever knocks from there. */
function trust(peer: string): string {
  if (isPublicAddress(peer)) {
    return 'Let the proxy reach the server over a private address, and name that in GROUNDMIST_TRUSTED_PROXIES.';
  }
  return `Add ${rangeOf(peer) ?? peer} to GROUNDMIST_TRUSTED_PROXIES where that is your proxy (127.0.0.0/8,::1/128 is there by default), and start the server again.`;
}

/** Whether the name that was asked for arrives; undefined where it does. */
export function judgeHost({ host }: Arrival, publicUrl: URL, proxy: ProxyFacts): Finding | undefined {
  // Without its port, which nginx leaves out of $host, and the server does not look at.
  const isSame = URL.parse(`${publicUrl.protocol}//${host ?? ''}`)?.hostname === publicUrl.hostname;
  if (isSame) return undefined;
  const cause = `The proxy replaces the Host header ${publicUrl.host} by ${host === null ? 'none' : `"${host}"`}. It works, but the server can no longer refuse requests that were meant for other names.`;
  return warning(cause, linesFor('pass the name', proxy));
}
