import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { isAddress } from '../../platform/address.ts';

/** What a server shows and what proves that it may, both in PEM. */
export interface KeyPair {
  /** The certificate, then those that lead from it to an authority. */
  readonly chain: string;
  readonly key: string;
}

/** What a certificate says of itself; times in milliseconds since 1970. */
export interface Validity {
  readonly from: number;
  readonly to: number;
}

/** Why a pair cannot serve `name` at all, the rest of a sentence after "the certificate"; undefined where it can. Time is not looked at. */
export function whyUnusable({ chain, key }: KeyPair, name: string): string | undefined {
  const certificate = parse(() => new X509Certificate(chain));
  if (certificate === undefined)
    return 'does not read: it has to be PEM, from -----BEGIN CERTIFICATE----- on';
  const privateKey = parse(() => createPrivateKey(key));
  if (privateKey === undefined) {
    return 'has no key that reads: it has to be a private key in PEM, without a passphrase';
  }
  if (!certificate.checkPrivateKey(privateKey)) return 'was made for another key';
  const named = isAddress(name)
    ? certificate.checkIP(name.replace(/^\[|\]$/g, ''))
    : certificate.checkHost(name, { subject: 'never' });
  if (named === undefined) {
    return `is not for ${name}, but for ${namesOf(certificate)}`;
  }
  // What a server is given is the whole chain, of which only the first certificate was looked at.
  if (parse(() => createSecureContext({ cert: chain, key })) === undefined)
    return 'has another one in its chain that does not read, or is of a kind that cannot be shown: make the file anew';
  return undefined;
}

/** When it is good; the pair is one that reads. */
export function validityOf({ chain }: Pick<KeyPair, 'chain'>): Validity {
  const certificate = new X509Certificate(chain);
  return { from: Date.parse(certificate.validFrom), to: Date.parse(certificate.validTo) };
}

function namesOf({ subjectAltName }: X509Certificate): string {
  const names = (subjectAltName ?? '').replaceAll('DNS:', '').replaceAll('IP Address:', '');
  return names === '' ? 'no name at all' : names.slice(0, 200);
}

function parse<Result>(read: () => Result): Result | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
