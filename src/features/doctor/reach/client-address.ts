import { isAddress } from '../../../platform/address.ts';
import { rangeOf } from '../../../platform/client-address.ts';
import type { Arrival } from '../arrival.ts';
import { findingsOf, type Finding } from '../finding.ts';
import type { Place } from './place.ts';
import { linesFor } from './proxy-lines.ts';
import { claimedAddress, type Probed } from './proxy.ts';

const { ok, problem, warning } = findingsOf('client-address');

/** Whether the server can tell strangers apart, and is told by the proxy alone who they are. */
export function lookAtClientAddress(
  { plain, claiming, proxy }: Pick<Probed, 'plain' | 'claiming' | 'proxy'>,
  { protocol }: URL,
  { hasOwnTls }: Pick<Place, 'hasOwnTls'>,
): Finding {
  const isDirect = plain.forwardedFor === null;
  if (isDirect && hasOwnTls) return ok('Requests come straight to the server, with no proxy between.');
  if (isDirect && protocol === 'http:') return ok('Requests come straight from this machine.');
  if (!plain.isPeerTrusted) return judgeUntrusted(plain);
  if (claiming !== undefined && rightmost(claiming) === claimedAddress) {
    return problem(
      'The proxy passes on what clients write into X-Forwarded-For themselves, so that any stranger can claim to be somebody else, and limits do not hold.',
      linesFor('pass the address', proxy),
    );
  }
  if (!isAddress(rightmost(plain))) {
    const cause =
      'The proxy does not say who asks (X-Forwarded-For), so that all strangers count as one, and a flood by one of them shuts out your apps.';
    return warning(cause, linesFor('pass the address', proxy));
  }
  return judgeChain(plain);
}

function judgeUntrusted({ peer, forwardedFor }: Arrival): Finding {
  if (forwardedFor === null) return ok(`The server takes ${peer} for the client; no proxy says otherwise.`);
  const cause = `The proxy at ${peer} says who asks, but the server does not believe it, so that all strangers count as one.`;
  return warning(
    cause,
    `Add ${rangeOf(peer) ?? peer} to GROUNDMIST_TRUSTED_PROXIES, and start the server again.`,
  );
}

/** This machine sent no X-Forwarded-For: of several addresses the first is its own, and the others are proxies. */
function judgeChain(plain: Arrival): Finding {
  const chain = addresses(plain);
  const [first = plain.address] = chain;
  if (chain.length < 2 || plain.address === first) {
    return ok(`The server sees who asks: this machine as ${first}.`);
  }
  const cause = `Before your proxy stands another one, ${plain.address}, which the server takes for the client, so that strangers behind it count as one.`;
  return warning(
    cause,
    `Where it is yours, or of a service that you use, add its addresses (here ${rangeOf(plain.address) ?? 'its range'}) to GROUNDMIST_TRUSTED_PROXIES, and start the server again.`,
  );
}

function addresses({ forwardedFor }: Arrival): readonly string[] {
  return (forwardedFor ?? '').split(',').map((part) => part.trim());
}

function rightmost(arrival: Arrival): string {
  return addresses(arrival).at(-1) ?? '';
}
