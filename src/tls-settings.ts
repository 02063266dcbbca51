import { z } from 'zod';
import { findText, type OtherDefault, type Settings, type Sources } from './platform/config.ts';
import { pathSchema, portSchema } from './setting-schemas.ts';

/** What other settings are by default then. */
export const withOwnTls: Omit<OtherDefault, 'text'> = {
  where: 'with TLS of its own',
  applies: (isSaid) => isSaid('GROUNDMIST_TLS', 'auto') || isSaid('GROUNDMIST_TLS_CERT'),
};

/** For a server that ends TLS by itself, with no proxy before it. */
export const tlsSettings = {
  tls: {
    env: 'GROUNDMIST_TLS',
    flag: '--tls',
    placeholder: 'mode',
    summary:
      'auto: have a certificate made and renewed by an authority, whose terms you agree to with this; off: a proxy before this server has one',
    choices: ['auto', 'off'],
    schema: z.enum(['auto', 'off'], 'it is auto or off'),
    default: 'off',
  },
  tlsCertificate: {
    env: 'GROUNDMIST_TLS_CERT',
    flag: '--tls-cert',
    placeholder: 'file',
    summary: 'a certificate of your own with its chain, in PEM; read again every minute',
    schema: pathSchema,
  },
  tlsKey: {
    env: 'GROUNDMIST_TLS_KEY',
    flag: '--tls-key',
    placeholder: 'file',
    summary: 'the key of that certificate, in PEM',
    schema: pathSchema,
  },
  httpPort: {
    env: 'GROUNDMIST_HTTP_PORT',
    placeholder: 'port',
    summary:
      'where the authority is answered with --tls auto; it asks at port 80, so another one is for a router or a container that leads 80 there',
    schema: portSchema,
    default: '80',
  },
  acmeDirectory: {
    env: 'GROUNDMIST_ACME_DIRECTORY',
    placeholder: 'url',
    summary: 'the authority that makes certificates, as the address of its ACME directory',
    schema: z.url({ protocol: /^https$/, error: 'it must be an https URL' }),
    default: 'https://acme-v02.api.letsencrypt.org/directory',
  },
} as const satisfies Settings;

/** Whether these settings ask for TLS of its own, by an authority or by files. */
export function saysOwnTls(sources: Sources): boolean {
  const { tls, tlsCertificate } = tlsSettings;
  return findText(tls, sources).text === 'auto' || findText(tlsCertificate, sources).text !== undefined;
}
