import { quoteRemote } from '../../../core/discovery/remote-words.ts';
import { isAddress } from '../../../platform/address.ts';
import { formatDuration } from '../../../platform/duration.ts';
import type { Distrust, SeenCertificate, TlsLook } from '../../../platform/tls-look.ts';
import { findingsOf, type Finding } from '../finding.ts';
import { asRoot } from '../units.ts';

const { ok, problem, warning } = findingsOf('tls');
const dayMs = 86_400_000;
const renewal =
  'See why it is not renewed: `journalctl -u caddy` with Caddy, `certbot renew` with nginx, `groundmist status` with TLS of its own.';

const getOne =
  'Let Caddy get one from a public authority, run `certbot` for nginx, or set GROUNDMIST_TLS=auto without a proxy.';

/** A certificate for 90 days is renewed 30 days before its end; one for a week sooner after its beginning. */
const warningBelow = { partOfLife: 1 / 6, mostMs: 14 * dayMs };
const problemBelow = { partOfLife: 1 / 30, mostMs: 3 * dayMs };

export interface Asked {
  readonly name: string;
  readonly address: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What a certificate means for the apps that come by it. */
export function judgeCertificate(
  look: Extract<TlsLook, { certificate: SeenCertificate }>,
  asked: Asked,
): Finding {
  const { certificate } = look;
  if (look.kind === 'trusted') return judgeRest(certificate, asked);
  const { cause, cure } = explainDistrust(look.why, certificate, asked);
  return problem(`${cause} Apps refuse to connect.`, cure);
}

function judgeRest({ issuer, validFrom, validTo }: SeenCertificate, { name, now }: Asked): Finding {
  const leftMs = validTo - now;
  const rest = formatDuration(leftMs / 1000);
  const isBelow = ({ partOfLife, mostMs }: typeof warningBelow): boolean =>
    leftMs < Math.min((validTo - validFrom) * partOfLife, mostMs);
  const cause = `The certificate for ${name} ends in ${rest} and should have been renewed by now.`;
  if (isBelow(problemBelow)) return problem(cause, renewal);
  if (isBelow(warningBelow)) return warning(cause, renewal);
  return ok(
    `The certificate for ${name}, by ${quoteRemote(issuer)}, is trusted and good for another ${rest}.`,
  );
}

interface Explained {
  readonly cause: string;
  readonly cure: string;
}

function explainDistrust(
  why: Distrust,
  certificate: SeenCertificate,
  { name, address, now }: Asked,
): Explained {
  const issuer = quoteRemote(certificate.issuer);
  // Whoever is not known at all is told first by OpenSSL, also where the name is not ours: a router, say.
  if (['self-signed', 'unknown-issuer', 'unusable'].includes(why) && !isFor(name, certificate)) {
    return explainOtherName(certificate, { name, address });
  }
  const what = `The certificate for ${name} at ${address}`;
  switch (why) {
    case 'expired':
      if (certificate.validTo > now) return explainOldIssuer(what, issuer);
      return {
        cause: `${what} ended ${formatDuration((now - certificate.validTo) / 1000)} ago.`,
        cure: renewal,
      };
    case 'not-yet-valid':
      return {
        cause: `${what} begins in ${formatDuration((certificate.validFrom - now) / 1000)}: the clock of this machine is behind, or that of whoever made it was ahead.`,
        cure: asRoot('timedatectl set-ntp true'),
      };
    case 'other-name':
      return explainOtherName(certificate, { name, address });
    case 'without-names':
      return replaced(
        `${what} names it in its subject (CN) alone, where apps no longer look, and in no Subject Alternative Name.`,
      );
    case 'self-signed':
      return replaced(`${what} is signed by itself, by nobody that apps know.`);
    case 'unknown-issuer':
      return explainUnknown(what, issuer, certificate);
    case 'unusable':
      return replaced(`${what}, by ${issuer}, is not one for a web server, or is broken.`);
  }
}

/** Nothing but another certificate helps. */
function replaced(cause: string): Explained {
  return { cause, cure: getOne };
}

export function isFor(name: string, { names }: SeenCertificate): boolean {
  // Addresses have many spellings, and OpenSSL compares them better.
  if (isAddress(name)) return true;
  const wildcard = `*${name.slice(name.indexOf('.'))}`;
  return names.some((one) => [name, wildcard].includes(one.toLowerCase()));
}

function explainOtherName(
  { names }: SeenCertificate,
  { name, address }: Pick<Asked, 'name' | 'address'>,
): Explained {
  const correct = isAddress(name)
    ? 'or correct GROUNDMIST_HOST, best to a name'
    : `or correct the DNS records of ${name}`;
  return {
    cause: `What answers at ${address} has a certificate for ${describeNames(names)}, not for ${name}: another site of the proxy, or another machine, like your router.`,
    cure: `Have the proxy get a certificate for ${name} (Caddy does so for every name in its Caddyfile), ${correct}.`,
  };
}

/** The chain that is sent beside it is of an earlier certificate. */
function explainOldIssuer(what: string, issuer: string): Explained {
  return {
    cause: `${what} is good, but one of its issuer ${issuer} that is sent with it has ended.`,
    cure: 'Send the chain that came with the certificate; in nginx: ssl_certificate /etc/letsencrypt/live/<name>/fullchain.pem;',
  };
}

/** Browsers fetch or remember a missing link of the chain; what is no browser does not. */
function explainUnknown(
  what: string,
  issuer: string,
  { hasIssuer, namesIssuerAddress }: SeenCertificate,
): Explained {
  if (!hasIssuer && namesIssuerAddress) {
    return {
      cause: `${what} comes alone: that of its issuer ${issuer} is missing, which a browser may forgive and other apps do not.`,
      cure: 'Send the whole chain; in nginx: ssl_certificate /etc/letsencrypt/live/<name>/fullchain.pem;',
    };
  }
  return {
    cause: `${what} is signed by ${issuer}, which is on no public list of authorities, so that only devices to which you added it trust it.`,
    cure: 'Use a certificate of a public authority, as Caddy gets by itself: remove `tls internal` from the Caddyfile.',
  };
}

function describeNames(names: readonly string[]): string {
  return names.length === 0 ? 'no name at all' : quoteRemote(names.slice(0, 3).join(', '));
}
