import { isPublicAddress } from '../../../platform/address.ts';
import type { Address } from '../../../platform/outbound-target.ts';
import type { TlsLook } from '../../../platform/tls-look.ts';
import { findingsOf, type Finding } from '../finding.ts';
import { correctRecord, ownInstead } from './stale-record.ts';

const { problem, warning } = findingsOf('tls');

/** An address where no certificate was seen, and what is known around it. */
export interface Unseen {
  readonly look: Exclude<TlsLook, { certificate: unknown }>;
  readonly address: Address;
  readonly port: number;
  readonly publicUrl: URL;
  /** Where a proxy reaches the server. */
  readonly upstream: string;
  /** Of this machine's interfaces. */
  readonly own: readonly string[];
  /** Another address of the name that answers as it should. */
  readonly goodAddress: string | undefined;
}

/** Why apps get no TLS at an address. */
export function judgeConnection(unseen: Unseen): Finding {
  const { look, address, port, publicUrl, upstream, goodAddress } = unseen;
  const where = `${address.address}, port ${port}`;
  const letCaddyServe = `Let Caddy get one and serve it; in the Caddyfile, under ${publicUrl.host}: reverse_proxy ${upstream}`;
  switch (look.kind) {
    case 'plain': {
      const cause = `What answers at ${where} speaks no TLS, so apps cannot connect to ${publicUrl.origin}.`;
      return problem(cause, letCaddyServe);
    }
    case 'no-certificate': {
      const cause = `The proxy at ${where} has no certificate for ${publicUrl.hostname} and ends the connection.`;
      return problem(cause, letCaddyServe);
    }
    case 'old': {
      const cause = `The proxy at ${where} speaks nothing newer than TLS 1.1, which apps refuse.`;
      return problem(cause, 'In nginx: ssl_protocols TLSv1.2 TLSv1.3;');
    }
    case 'no-route': {
      const cause = `This machine has no way to ${address.address}: it has no network, or none that leads there, so nothing was asked there.`;
      return warning(cause, 'Check the network of this machine, and look again.');
    }
    case 'refused':
    case 'silent':
    case 'closed':
    case 'unreachable': {
      const what = `${silences[look.kind]} at ${where}`;
      return goodAddress === undefined ? judgeSilence(what, unseen) : judgeDead(what, address, goodAddress);
    }
  }
}

/** Nobody was met at all. */
export function isSilence({ kind }: TlsLook): boolean {
  return Object.hasOwn(silences, kind);
}

const silences = {
  refused: 'No connection is accepted',
  silent: 'Nothing answers in time',
  closed: 'The connection was closed before TLS began',
  unreachable: 'No connection could be made',
} as const;

/** A router that does not lead its own network back in (no hairpin NAT) looks from here like a closed port. */
function judgeSilence(what: string, { address, own, publicUrl }: Unseen): Finding {
  if (isBehindRouter(address, own)) {
    const cause = `${what}, asked from this machine. It stands behind a router, and many routers do not let their own network in by the public address, so it may still work from outside.`;
    const cure = `Open ${publicUrl.origin}/health on a phone without Wi-Fi; where that fails, forward the port in your router to this machine.`;
    return warning(cause, cure);
  }
  const instead = ownInstead(address, own);
  if (instead.length > 0) {
    const cause = `${what}. This machine has another address, ${instead.join(', ')}.`;
    const cure = `${correctRecord(publicUrl, address, instead)} Where another machine passes requests on to this one, see whether its proxy runs and its firewall is open.`;
    return problem(cause, cure);
  }
  const cure =
    'Start the proxy (`systemctl status caddy`, or nginx), and open the port in the firewall and in your router.';
  return problem(`${what}.`, cure);
}

/** Browsers try one address after another, which takes time; some apps take the first one only. */
function judgeDead(what: string, { address, family }: Address, goodAddress: string): Finding {
  const [record, every] = family === 6 ? ['AAAA', '[::]'] : ['A', '0.0.0.0'];
  const cause = `${what}, while ${goodAddress} answers: apps that try this address first wait, and some give up.`;
  const cure = `Have the proxy listen there too (on ${every}) and open the firewall for it, or remove the ${record} record with ${address}.`;
  return warning(cause, cure);
}

/** The public address is not this machine's, which has private ones only of that kind. */
export function isBehindRouter({ address, family }: Address, own: readonly string[]): boolean {
  const ofFamily = own.filter((one) => one.includes(':') === (family === 6));
  return isPublicAddress(address) && !ofFamily.some(isPublicAddress);
}
