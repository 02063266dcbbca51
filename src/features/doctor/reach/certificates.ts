import { isAddress, isPublicAddress } from '../../../platform/address.ts';
import type { Address } from '../../../platform/outbound-target.ts';
import type { TlsLook } from '../../../platform/tls-look.ts';
import { findingsOf, type Finding } from '../finding.ts';
import { askTls, portOf } from './ask-tls.ts';
import { judgeCertificate } from './certificate-words.ts';
import { isBehindRouter, isSilence, judgeConnection } from './connection-words.ts';
import { lookInside, type Inside } from './inside.ts';
import type { Looked } from './looked.ts';
import type { Survey } from './survey.ts';

const { ok, unchecked, warning } = findingsOf('tls');

/** How requests get to the public name from here. */
export interface Ways {
  readonly addresses: readonly Address[];
  /** They are this machine's own, for the public ones cannot be asked from here. */
  readonly isInside: boolean;
}

/** Whether apps that come to the public name find TLS that they trust, at each address by itself. */
export async function lookAtCertificates(survey: Survey, publicUrl: URL): Promise<Looked<Ways>> {
  const names = await survey.names(publicUrl);
  if ('why' in names) return { findings: [unchecked(names.why)], why: names.why };
  const addresses = names.value;
  if (publicUrl.protocol === 'http:') {
    const cause = `${publicUrl.host} is for this machine alone, which needs no TLS.`;
    return { findings: [ok(cause)], value: { addresses, isInside: false } };
  }
  const own = survey.surroundings.ownAddresses();
  const canTry = ({ family, address }: Address): boolean =>
    family === 4 || hasIpv6(own) || !isPublicAddress(address);
  const looked = await Promise.all(
    addresses
      .filter(canTry)
      .map(async (address) => ({ address, look: await askTls(survey, publicUrl, address) })),
  );
  const good = looked.filter((one) => one.look.kind === 'trusted').map(({ address }) => address);
  const left = addresses.filter((address) => !canTry(address));
  const seen = { looked, good, left };
  const findings = concludeAll(survey, publicUrl, seen);
  if (good.length > 0) return { findings, value: { addresses: good, isInside: false } };
  return goInside(findings, isRouterBetween(seen, own) ? await lookInside(survey, publicUrl) : nothing, {
    why: looked.every(({ look }) => look.kind === 'no-route')
      ? `This machine can ask no address of ${publicUrl.host}.`
      : `No address of ${publicUrl.host} that was asked answers with TLS that apps trust.`,
  });
}

const nothing: Inside = { findings: [] };

function goInside(
  findings: readonly Finding[],
  inside: Inside,
  { why }: { readonly why: string },
): Looked<Ways> {
  const all = [...findings, ...inside.findings];
  if (inside.address === undefined) return { findings: all, why };
  return { findings: all, value: { addresses: [inside.address], isInside: true } };
}

interface Seen {
  readonly looked: readonly { readonly address: Address; readonly look: TlsLook }[];
  readonly good: readonly Address[];
  /** Nobody can ask these from here. */
  readonly left: readonly Address[];
}

/** A public address is silent, or cannot be asked, and this machine has none of its own. */
function isRouterBetween({ looked, left }: Seen, own: readonly string[]): boolean {
  const silent = looked
    .filter(({ look }) => isSilence(look) || look.kind === 'no-route')
    .map(({ address }) => address);
  return [...silent, ...left].some((address) => isBehindRouter(address, own));
}

/** What is not well at each address; where all is well, that of one stands for all. */
function concludeAll(survey: Survey, publicUrl: URL, { looked, good, left }: Seen): readonly Finding[] {
  const { clock, ownAddresses } = survey.surroundings;
  const around = {
    publicUrl,
    port: portOf(publicUrl),
    upstream: survey.place.upstream,
    own: ownAddresses(),
    goodAddress: good[0]?.address,
  };
  const findings = looked.map(({ address, look: seen }) =>
    seen.kind === 'trusted' || seen.kind === 'distrusted'
      ? judgeCertificate(seen, { name: publicUrl.hostname, address: address.address, now: clock.now() })
      : judgeConnection({ ...around, look: seen, address }),
  );
  const troubles = findings.filter(({ kind }) => kind !== 'ok');
  const told = troubles.length > 0 ? troubles : findings.slice(0, 1);
  return left.length === 0 ? told : [...told, describeLeft(left, looked.length === 0, publicUrl)];
}

function describeLeft(left: readonly Address[], areAll: boolean, { hostname, origin }: URL): Finding {
  const addresses = left.map(({ address }) => address).join(', ');
  const cause = `This machine has no IPv6 of its own to ask ${addresses} from.`;
  if (!areAll) return unchecked(cause);
  const correct = isAddress(hostname)
    ? 'set GROUNDMIST_HOST to a name that leads to your public IPv4 address, too'
    : `add an A record for ${hostname} with your public IPv4 address, or correct its AAAA record`;
  return warning(
    `${cause} There is no other address of ${hostname}, so whether apps reach it is not known.`,
    `Open ${origin}/health on a phone without Wi-Fi; where that fails, ${correct}.`,
  );
}

function hasIpv6(own: readonly string[]): boolean {
  return own.some((address) => address.includes(':') && isPublicAddress(address));
}
