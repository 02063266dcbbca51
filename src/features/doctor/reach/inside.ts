import { isLoopbackAddress } from '../../../platform/address.ts';
import type { Address } from '../../../platform/outbound-target.ts';
import type { TlsLook } from '../../../platform/tls-look.ts';
import type { Finding } from '../finding.ts';
import { isFor, judgeCertificate } from './certificate-words.ts';
import { askTls } from './ask-tls.ts';
import type { Survey } from './survey.ts';

/** Of this machine, which has loopback and seldom more than two others. */
const mostAddresses = 8;

export interface Inside {
  readonly findings: readonly Finding[];
  /** Where the proxy answers with TLS that apps trust. */
  readonly address?: Address;
}

/**
 * The proxy of this machine by its own addresses, where the public one cannot be asked from here. Only what has a
 * certificate for our name is taken for it.
 */
export async function lookInside(survey: Survey, publicUrl: URL): Promise<Inside> {
  const name = publicUrl.hostname;
  const { clock } = survey.surroundings;
  const looked = await Promise.all(
    candidates(survey).map(async (address) => ({ address, look: await askTls(survey, publicUrl, address) })),
  );
  const ours = looked.flatMap(({ address, look }) =>
    hasCertificate(look) && isFor(name, look.certificate) ? [{ address, look }] : [],
  );
  const found = ours.find(({ look }) => look.kind === 'trusted') ?? ours[0];
  if (found === undefined) return { findings: [] };
  const { address, look } = found;
  const finding = judgeCertificate(look, { name, address: address.address, now: clock.now() });
  const findings = [tellInside(finding, address)];
  return look.kind === 'trusted' ? { findings, address } : { findings };
}

/** What was found inside: what is wrong there is a warning, for nobody here knows where the router leads. */
export function tellInside(finding: Finding, { address }: Address): Finding {
  const asked = `Asked inside, at ${address}`;
  if (!('cure' in finding)) return { ...finding, cause: `${finding.cause} ${asked}.` };
  const cause = `${finding.cause} ${asked}: where your router leads apps to it, they meet the same.`;
  return { ...finding, kind: 'warning', cause };
}

function candidates({ surroundings }: Survey): readonly Address[] {
  const own = surroundings.ownAddresses().filter((address) => !isLinkLocal(address));
  const all = ['127.0.0.1', '::1', ...own.filter((address) => !isLoopbackAddress(address))];
  return all.slice(0, mostAddresses).map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
}

/** It leads nowhere without the name of an interface (RFC 4007 §11). */
function isLinkLocal(address: string): boolean {
  return /^fe[89ab]/i.test(address);
}

function hasCertificate(look: TlsLook): look is Extract<TlsLook, { certificate: unknown }> {
  return 'certificate' in look;
}
