import tls, { type DetailedPeerCertificate } from 'node:tls';
import { isAddress } from './address.ts';
import type { Address } from './outbound-target.ts';
import { hasRoute } from './route.ts';

export interface TlsTarget {
  readonly address: Address;
  readonly port: number;
  /** The name that the certificate must be for. */
  readonly name: string;
  readonly timeoutMs: number;
  /** In PEM, instead of those of the system. */
  readonly certificateAuthority?: string | undefined;
}

/** What a certificate says; the words are a stranger's. */
export interface SeenCertificate {
  readonly names: readonly string[];
  readonly issuer: string;
  /** Milliseconds since 1970. */
  readonly validFrom: number;
  readonly validTo: number;
  /** The certificate that signed it came with it. */
  readonly hasIssuer: boolean;
  /** It says where the certificate that signed it can be fetched (RFC 5280 §4.2.2.1), as those of public authorities do. */
  readonly namesIssuerAddress: boolean;
}

export type Distrust =
  | 'expired'
  | 'not-yet-valid'
  | 'other-name'
  /** It has no subjectAltName, which the system forgives and apps do not (RFC 9110 §4.3.4). */
  | 'without-names'
  | 'self-signed'
  | 'unknown-issuer'
  | 'unusable';

/** What a TLS client meets at one address of a name. */
export type TlsLook =
  | { readonly kind: 'trusted'; readonly certificate: SeenCertificate }
  | { readonly kind: 'distrusted'; readonly why: Distrust; readonly certificate: SeenCertificate }
  /** `plain`: what answers speaks no TLS. `no-certificate`: it has none for this name. `old`: nothing that is TLS 1.2 or newer. */
  | { readonly kind: 'plain' | 'no-certificate' | 'old' }
  /**
   * No conversation at all, or one that ended before it was TLS. `refused`: by whoever is there, or by a firewall or router
   * before it. `no-route`: nothing was sent, for this machine has no network that leads there.
   */
  | { readonly kind: 'refused' | 'silent' | 'closed' | 'unreachable' | 'no-route' };

/**
 * Connects to one address and looks at the certificate. Nothing is sent but the handshake, so nothing is lost to
 * whoever cannot be trusted.
 */
export async function lookAtTls(target: TlsTarget): Promise<TlsLook> {
  const { address, port, name, timeoutMs, certificateAuthority } = target;
  const { promise, resolve } = Promise.withResolvers<TlsLook>();
  const socket = tls.connect({
    host: address.address,
    port,
    rejectUnauthorized: false,
    ...(isAddress(name) ? {} : { servername: name }),
    ...(certificateAuthority === undefined ? {} : { ca: certificateAuthority }),
  });
  const deadline = AbortSignal.timeout(timeoutMs);
  deadline.addEventListener('abort', () => resolve({ kind: 'silent' }));
  socket.once('secureConnect', () => resolve(judge(socket)));
  socket.on('error', (error: Error) => resolve(explain(error)));
  socket.once('close', () => resolve({ kind: 'closed' }));
  const look = await promise.finally(() => socket.destroy());
  return look.kind === 'refused' && !(await hasRoute(address)) ? { kind: 'no-route' } : look;
}

function judge(socket: tls.TLSSocket): TlsLook {
  const certificate = describe(socket.getPeerCertificate(true));
  if (socket.authorized && certificate.names.length === 0) {
    return { kind: 'distrusted', why: 'without-names', certificate };
  }
  if (socket.authorized) return { kind: 'trusted', certificate };
  return { kind: 'distrusted', why: distrustOf(codeOf(socket.authorizationError)), certificate };
}

function describe(certificate: DetailedPeerCertificate): SeenCertificate {
  const { subject, issuer, issuerCertificate } = certificate;
  const names = (certificate.subjectaltname ?? '').split(', ').map((name) => name.replace(/^[^:]*:/, ''));
  const hasIssuer = issuerCertificate !== undefined && issuerCertificate !== certificate;
  return {
    names: names.filter((name) => name !== ''),
    issuer: String(issuer?.O ?? issuer?.CN ?? subject?.CN ?? 'nobody'),
    validFrom: Date.parse(certificate.valid_from),
    validTo: Date.parse(certificate.valid_to),
    hasIssuer,
    namesIssuerAddress: Object.keys(certificate.infoAccess ?? {}).some((key) => key.startsWith('CA Issuers')),
  };
}

function distrustOf(code: string): Distrust {
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return 'expired';
    case 'CERT_NOT_YET_VALID':
      return 'not-yet-valid';
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
    case 'HOSTNAME_MISMATCH':
      return 'other-name';
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return 'self-signed';
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
      return 'unknown-issuer';
    default:
      return 'unusable';
  }
}

/** OpenSSL's words for what went wrong before there was a certificate (RFC 8446 §6.2). */
function explain(error: Error): TlsLook {
  const code = codeOf(error);
  if (/WRONG_VERSION_NUMBER|HTTP_REQUEST|PACKET_LENGTH|UNEXPECTED_MESSAGE/.test(code))
    return { kind: 'plain' };
  if (/PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/.test(code)) return { kind: 'old' };
  if (/ALERT_INTERNAL_ERROR|UNRECOGNIZED_NAME|HANDSHAKE_FAILURE/.test(code))
    return { kind: 'no-certificate' };
  if (code === 'ECONNREFUSED') return { kind: 'refused' };
  if (code === 'ECONNRESET' || code === 'EPIPE') return { kind: 'closed' };
  return code === 'ETIMEDOUT' ? { kind: 'silent' } : { kind: 'unreachable' };
}

function codeOf(error: unknown): string {
  if (typeof error === 'string') return error;
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
