import { isPublicAddress } from '../../../platform/address.ts';
import type { Address } from '../../../platform/outbound-target.ts';
import type { TlsLook } from '../../../platform/tls-look.ts';
import type { Finding } from '../finding.ts';
import { judgeCertificate } from './certificate-words.ts';
import { ok, problem, warning, type Look } from './finding-makers.ts';
import type { Survey } from './survey.ts';

const check = 'tls';
const leftOut = 'Not checked because of this: proxy, client-address, sign-in, websocket.';
const standardPort = 443;

interface Looked {
  readonly address: Address;
  readonly look: TlsLook;
}

/** Whether apps that come to the public name find TLS that they trust, at each address by itself. */
export async function lookAtCertificates(survey: Survey, publicUrl: URL): Promise<Look<readonly Address[]>> {
  const { value: addresses } = await survey.names(publicUrl);
  if (addresses === undefined) return { findings: [], value: undefined };
  if (publicUrl.protocol === 'http:') {
    const cause = `${publicUrl.host} is for this machine alone, which needs no TLS.`;
    return { findings: [ok(check, cause)], value: addresses };
  }
  const { surroundings } = survey;
  const own = surroundings.ownAddresses();
  const reachable = addresses.filter(
    ({ family, address }) => family === 4 || hasIpv6(own) || !isPublicAddress(address),
  );
  const looked = await Promise.all(
    reachable.map(async (address) => ({ address, look: await lookAt(survey, publicUrl, address) })),
  );
  const left = addresses.filter((address) => !reachable.includes(address)).map(({ address }) => address);
  return conclude(survey, publicUrl, { looked, left });
}

function lookAt({ surroundings }: Survey, publicUrl: URL, address: Address): Promise<TlsLook> {
  const { timeoutMs, certificateAuthority } = surroundings;
  const port = Number(publicUrl.port || standardPort);
  return surroundings.lookAtTls({ address, port, name: publicUrl.hostname, timeoutMs, certificateAuthority });
}

interface Seen {
  readonly looked: readonly Looked[];
  /** Addresses that this machine cannot reach, having no IPv6. */
  readonly left: readonly string[];
}

function conclude(survey: Survey, publicUrl: URL, { looked, left }: Seen): Look<readonly Address[]> {
  const own = survey.surroundings.ownAddresses();
  const good = looked.filter(({ look }) => look.kind === 'trusted').map(({ address }) => address);
  const isAnyGood = good.length > 0;
  const findings = looked.flatMap(({ address: { address }, look }) => {
    const finding = judge(survey, publicUrl, { address, look, isBehindRouter: isBehindRouter(address, own) });
    return finding.kind === 'ok' ? [] : [isAnyGood ? lessen(finding, look) : finding];
  });
  const trusted = looked.find(({ look }) => look.kind === 'trusted');
  if (trusted && findings.length === 0) {
    const { address } = trusted.address;
    findings.push(judge(survey, publicUrl, { address, look: trusted.look, isBehindRouter: false }));
  }
  if (left.length > 0) {
    findings.push(
      ok(check, `Not checked: ${left.join(', ')}, because this machine has no IPv6 of its own to ask from.`),
    );
  }
  if (isAnyGood) return { findings, value: good };
  return { findings: tellLeftOut(findings), value: undefined };
}

/** Apps that meet a dead address try the next one. A certificate that is wrong they do not forgive. */
function lessen(finding: Finding, look: TlsLook): Finding {
  const isFatal = look.kind === 'distrusted' || look.kind === 'trusted' || finding.kind !== 'problem';
  return isFatal ? finding : { ...finding, kind: 'warning' };
}

/** With the last finding, once. */
function tellLeftOut(findings: readonly Finding[]): readonly Finding[] {
  return findings.map((finding, index) =>
    index < findings.length - 1 ? finding : { ...finding, cause: `${finding.cause} ${leftOut}` },
  );
}

interface Judged {
  readonly address: string;
  readonly look: TlsLook;
  readonly isBehindRouter: boolean;
}

function judge(survey: Survey, publicUrl: URL, { address, look, isBehindRouter: isBehind }: Judged): Finding {
  if (look.kind === 'trusted' || look.kind === 'distrusted') {
    return judgeCertificate(look, {
      name: publicUrl.hostname,
      address,
      now: survey.surroundings.clock.now(),
    });
  }
  const port = publicUrl.port || String(standardPort);
  const where = `${address}, port ${port}`;
  const upstream = survey.place.upstream;
  switch (look.kind) {
    case 'plain':
      return problem(
        check,
        `What answers at ${where} speaks no TLS, so apps cannot connect to ${publicUrl.origin}.`,
        caddyfile(publicUrl, upstream),
      );
    case 'no-certificate':
      return problem(
        check,
        `The proxy at ${where} has no certificate for ${publicUrl.hostname} and ends the connection.`,
        caddyfile(publicUrl, upstream),
      );
    case 'old':
      return problem(
        check,
        `The proxy at ${where} speaks nothing newer than TLS 1.1, which apps refuse.`,
        'in nginx: ssl_protocols TLSv1.2 TLSv1.3;',
      );
    case 'refused':
    case 'silent':
    case 'closed':
    case 'unreachable':
      return judgeSilence(`${silences[look.kind]} at ${where}`, isBehind, publicUrl);
  }
}

/** A router that does not lead its own network back in (no hairpin NAT) looks from here like a closed port. */
function judgeSilence(what: string, isBehind: boolean, publicUrl: URL): Finding {
  if (isBehind) {
    const cause = `${what}, asked from this machine. It stands behind a router, and many routers do not let their own network in by the public address, so it may still work from outside.`;
    return warning(
      check,
      cause,
      `open ${publicUrl.origin}/health on a phone without Wi-Fi; where it stays closed, forward the port in your router to this machine`,
    );
  }
  const cure =
    'start the proxy (`systemctl status caddy`, or nginx), and open the port in the firewall and in your router';
  return problem(check, `${what}.`, cure);
}

const silences = {
  refused: 'Nothing listens',
  silent: 'Nothing answers in time',
  closed: 'The connection was closed before TLS began',
  unreachable: 'No connection could be made',
} as const;

function caddyfile({ host }: URL, upstream: string): string {
  return `let Caddy do it, in /etc/caddy/Caddyfile: ${host} { reverse_proxy ${upstream} }`;
}

function hasIpv6(own: readonly string[]): boolean {
  return own.some((address) => address.includes(':') && isPublicAddress(address));
}

/** The public address is not this machine's, which has private ones only. */
function isBehindRouter(address: string, own: readonly string[]): boolean {
  return isPublicAddress(address) && !own.some((one) => isPublicAddress(one));
}
