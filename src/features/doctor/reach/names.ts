import { isAddress, isLoopbackAddress, isPublicAddress } from '../../../platform/address.ts';
import type { Address } from '../../../platform/outbound-target.ts';
import type { Finding } from '../finding.ts';
import { ok, problem, stopped, warning, type Look } from './finding-makers.ts';
import type { Survey } from './survey.ts';

const check = 'dns';
const leftOut = 'tls, proxy, client-address, sign-in, websocket';
/** A name with more is no personal server's; each is looked at by itself. */
const mostAddresses = 8;

/** Where DNS sends those who ask for the public name. */
export async function lookAtNames(survey: Survey, { hostname }: URL): Promise<Look<readonly Address[]>> {
  const { surroundings } = survey;
  if (isAddress(hostname)) {
    const address = hostname.replace(/^\[|\]$/g, '');
    const family = address.includes(':') ? 6 : 4;
    return {
      findings: [judgeAddresses(hostname, [address], surroundings.ownAddresses())],
      value: [{ address, family }],
    };
  }
  const found = await surroundings.resolve(hostname).catch(() => []);
  if (found.length === 0) {
    const cause = `The name ${hostname} (GROUNDMIST_HOST) has no address, so nobody finds this server by it.`;
    const cure = `add an A record for ${hostname} with your public address where the domain is managed, and an AAAA record if you have IPv6`;
    return stopped(problem(check, cause, cure), leftOut);
  }
  const value = found.slice(0, mostAddresses);
  const addresses = value.map(({ address }) => address);
  return { findings: [judgeAddresses(hostname, addresses, surroundings.ownAddresses())], value };
}

/** What these addresses mean for who can reach them. */
export function judgeAddresses(
  hostname: string,
  addresses: readonly string[],
  own: readonly string[],
): Finding {
  const list = addresses.join(', ');
  const inside = addresses.filter((address) => !isPublicAddress(address));
  if (inside.length > 0) {
    const where = inside.every(isLoopbackAddress)
      ? 'programs on this machine'
      : 'devices in its own network, at home or in a VPN,';
    const cause = `${hostname} leads to ${inside.join(', ')}, which is no public address: only ${where} can reach this server by it.`;
    const cure = `nothing where that is meant; else change the A and AAAA records of ${hostname} to your public address`;
    return warning(check, cause, cure);
  }
  if (addresses.some((address) => own.includes(address)))
    return ok(check, `${hostname} leads to ${list}, this machine.`);
  return ok(
    check,
    `${hostname} leads to ${list}. No interface of this machine has that address, so a router, a tunnel or another machine passes requests on.`,
  );
}
