import { Failure } from '../../core/failure.ts';
import { urlOfHost } from '../../core/identity/public-url.ts';
import type { Order } from '../../core/certificate/kept-certificate.ts';
import { isAddress } from '../../platform/address.ts';
import type { Values } from '../../platform/config.ts';
import type { tlsSettings } from '../../tls-settings.ts';

/** How a server has TLS of its own. */
export type OwnTls =
  | { readonly kind: 'auto'; readonly order: Order; readonly httpPort: number }
  | {
      readonly kind: 'files';
      readonly name: string;
      readonly certificatePath: string;
      readonly keyPath: string;
    };

/** What the settings ask for, undefined where a proxy has TLS; `ConfigurationInvalid` where they contradict one another. */
export function readOwnTls(
  { tls, tlsCertificate, tlsKey, httpPort, acmeDirectory }: Values<typeof tlsSettings>,
  host: string | undefined,
): OwnTls | undefined {
  if (tlsCertificate === undefined && tlsKey === undefined) {
    if (tls === 'off') return undefined;
    const name = nameOf(host, 'GROUNDMIST_TLS=auto');
    return { kind: 'auto', order: { authority: acmeDirectory, name: refuseAddress(name) }, httpPort };
  }
  if (tls === 'auto') {
    throw invalid(
      'GROUNDMIST_TLS=auto has a certificate made, and GROUNDMIST_TLS_CERT and GROUNDMIST_TLS_KEY name one of your own: leave one or the other out.',
    );
  }
  if (tlsCertificate === undefined) {
    throw invalid(
      'GROUNDMIST_TLS_KEY is set without its certificate: add GROUNDMIST_TLS_CERT, or --tls-cert.',
    );
  }
  if (tlsKey === undefined) {
    throw invalid('GROUNDMIST_TLS_CERT is set without its key: add GROUNDMIST_TLS_KEY, or --tls-key.');
  }
  const name = nameOf(host, 'TLS of its own');
  return { kind: 'files', name, certificatePath: tlsCertificate, keyPath: tlsKey };
}

function nameOf(host: string | undefined, what: string): string {
  if (host === undefined) {
    throw invalid(
      `${what} needs the public name that the certificate is for: add GROUNDMIST_HOST=sync.example.com, or --host.`,
    );
  }
  const { protocol, hostname } = urlOfHost(host);
  if (protocol === 'https:') return hostname;
  throw invalid(
    `${what} is for a public name, and GROUNDMIST_HOST=${host} is this machine alone, which apps reach by http://: name another, or leave TLS out.`,
  );
}

function refuseAddress(name: string): string {
  if (!isAddress(name) && name.includes('.')) return name;
  throw invalid(
    `Authorities make certificates for public names, and GROUNDMIST_HOST=${name} is none: set it to a name that leads here, like sync.example.com.`,
  );
}

function invalid(sentence: string): Failure {
  return new Failure('ConfigurationInvalid', sentence);
}
