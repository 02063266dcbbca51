import { isAddress, isLoopbackAddress, isPublicAddress } from '../../../platform/address.ts';
import type { Address } from '../../../platform/outbound-target.ts';
import { findingsOf, type Finding } from '../finding.ts';
import { lookUp } from './look-up.ts';
import type { Looked } from './looked.ts';
import { ownInstead } from './stale-record.ts';
import type { Survey } from './survey.ts';

const { ok, warning } = findingsOf('dns');
/** A name with more is no personal server's; each is looked at by itself. */
const mostAddresses = 8;

/** Where DNS sends those who ask for the public name. */
export async function lookAtNames(survey: Survey, publicUrl: URL): Promise<Looked<readonly Address[]>> {
  const { surroundings, place } = survey;
  const { hostname, protocol } = publicUrl;
  if (protocol === 'http:') {
    const cause = `${publicUrl.host} is this machine itself: apps on other devices cannot reach this server by it.`;
    return { findings: [ok(cause)], value: [place.ownAddress] };
  }
  const found = isAddress(hostname) ? [toAddress(hostname)] : await lookUp(hostname, survey);
  if ('kind' in found) return { findings: [found], why: `It is not known where ${hostname} leads.` };
  const value = found.slice(0, mostAddresses);
  const addresses = value.map(({ address }) => address);
  return { findings: [judgeAddresses(hostname, addresses, surroundings.ownAddresses())], value };
}

function toAddress(text: string): Address {
  const address = text.replace(/^\[|\]$/g, '');
  return { address, family: address.includes(':') ? 6 : 4 };
}

/** What these addresses mean for who can reach them. */
export function judgeAddresses(
  hostname: string,
  addresses: readonly string[],
  own: readonly string[],
): Finding {
  const leads = describeLead(hostname, addresses);
  const inside = addresses.filter((address) => !isPublicAddress(address));
  if (inside.length > 0) {
    const where = inside.every(isLoopbackAddress)
      ? 'programs on this machine'
      : 'devices in its own network, at home or in a VPN,';
    const what = isAddress(hostname) ? hostname : `${hostname} leads to ${inside.join(', ')}, which`;
    const cause = `${what} is no public address: only ${where} can reach this server by it.`;
    const cure = isAddress(hostname)
      ? 'Nothing where that is meant; else give the server a name that leads to your public address (GROUNDMIST_HOST).'
      : `Nothing where that is meant; else change the A and AAAA records of ${hostname} to your public address.`;
    return warning(cause, cure);
  }
  if (addresses.some((address) => own.includes(address))) return ok(`${leads}. That is this machine.`);
  if (own.length === 0) return ok(`${leads}. This machine has no network address of its own at the moment.`);
  const instead = addresses.flatMap((address) => ownInstead(toAddress(address), own));
  if (instead.length > 0) {
    const has = [...new Set(instead)].join(', ');
    const cause = `${leads}. This machine has the public address ${has} instead: either another machine or a service passes requests on, or that is an earlier address of this one.`;
    return ok(cause);
  }
  return ok(
    `${leads}. No interface of this machine has that address, so a router, a tunnel or another machine passes requests on.`,
  );
}

function describeLead(hostname: string, addresses: readonly string[]): string {
  if (isAddress(hostname)) return `GROUNDMIST_HOST is ${hostname}`;
  const isNew = addresses.every((address) => address.includes(':'));
  const alone = isNew ? ', by IPv6 alone, which networks without it do not reach' : '';
  return `${hostname} leads to ${addresses.join(', ')}${alone}`;
}
