import { isPublicAddress } from '../../../platform/address.ts';
import type { Address } from '../../../platform/outbound-target.ts';
import type { TlsLook } from '../../../platform/tls-look.ts';
import { findingsOf, type Finding } from '../finding.ts';
import { judgeCertificate } from './certificate-words.ts';
import { judgeConnection } from './connection-words.ts';
import type { Looked } from './looked.ts';
import type { Survey } from './survey.ts';

const { ok, unchecked } = findingsOf('tls');
const standardPort = 443;

/** Whether apps that come to the public name find TLS that they trust, at each address by itself. */
export async function lookAtCertificates(
  survey: Survey,
  publicUrl: URL,
): Promise<Looked<readonly Address[]>> {
  const names = await survey.names(publicUrl);
  if ('why' in names) return { findings: [unchecked(names.why)], why: names.why };
  const addresses = names.value;
  if (publicUrl.protocol === 'http:') {
    const cause = `${publicUrl.host} is for this machine alone, which needs no TLS.`;
    return { findings: [ok(cause)], value: addresses };
  }
  const own = survey.surroundings.ownAddresses();
  const canTry = ({ family, address }: Address): boolean =>
    family === 4 || hasIpv6(own) || !isPublicAddress(address);
  const looked = await Promise.all(
    addresses
      .filter(canTry)
      .map(async (address) => ({ address, look: await look(survey, publicUrl, address) })),
  );
  const good = looked.filter((one) => one.look.kind === 'trusted').map(({ address }) => address);
  const findings = concludeAll(survey, publicUrl, { looked, good });
  const left = addresses.filter((address) => !canTry(address)).map(({ address }) => address);
  const all = left.length === 0 ? findings : [...findings, describeLeft(left)];
  if (good.length > 0) return { findings: all, value: good };
  return { findings: all, why: `Nothing answers at ${publicUrl.host} with TLS that apps trust.` };
}

function look({ surroundings }: Survey, publicUrl: URL, address: Address): Promise<TlsLook> {
  const { timeoutMs, certificateAuthority } = surroundings;
  const name = publicUrl.hostname;
  return surroundings.lookAtTls({ address, port: portOf(publicUrl), name, timeoutMs, certificateAuthority });
}

interface Seen {
  readonly looked: readonly { readonly address: Address; readonly look: TlsLook }[];
  readonly good: readonly Address[];
}

/** What is not well at each address; where all is well, that of one stands for all. */
function concludeAll(survey: Survey, publicUrl: URL, { looked, good }: Seen): readonly Finding[] {
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
  return troubles.length > 0 ? troubles : findings.slice(0, 1);
}

function describeLeft(addresses: readonly string[]): Finding {
  const cause = `This machine has no IPv6 of its own to ask ${addresses.join(', ')} from.`;
  return unchecked(cause);
}

function hasIpv6(own: readonly string[]): boolean {
  return own.some((address) => address.includes(':') && isPublicAddress(address));
}

function portOf({ port }: URL): number {
  return Number(port || standardPort);
}
