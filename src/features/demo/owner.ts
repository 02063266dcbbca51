import { randomBytes, randomUUID } from 'node:crypto';
import { Secp256k1PrivateKeyExportable } from '@atcute/crypto';
import { parseDid, type Did } from '../../core/identity/did.ts';
import type { Clock } from '../../platform/clock.ts';
import { signJwt } from './jwt.ts';
import { serveOnLoopback } from './port.ts';

const serviceTokenSeconds = 60;
const base32 = 'abcdefghijklmnopqrstuvwxyz234567';
const plcLength = 24;

/** A throw-away identity, and the directory on loopback that answers for it. */
export interface DemoOwner extends AsyncDisposable {
  readonly did: Did;
  readonly plcUrl: string;
  /** `127.0.0.1:port` */
  readonly plcHost: string;
  /** What the owner's PDS answers to `com.atproto.server.getServiceAuth`. */
  serviceToken(audience: string): Promise<string>;
}

export async function startOwner(clock: Clock): Promise<DemoOwner> {
  const did = inventDid();
  const key = await Secp256k1PrivateKeyExportable.createKeypair();
  const document = describeIdentity(did, await key.exportPublicKey('multikey'));
  const directory = serveOnLoopback((request) =>
    new URL(request.url).pathname === `/${did}`
      ? Response.json(document, { headers: { 'content-type': 'application/did+ld+json' } })
      : Response.json({ message: 'DID not registered' }, { status: 404 }),
  );
  return {
    did,
    plcUrl: directory.url.origin,
    plcHost: directory.url.host,
    serviceToken(aud) {
      const iat = Math.floor(clock.now() / 1000);
      const lxm = 'xyz.groundmist.sync.authenticate';
      const claims = { iss: did, aud, lxm, iat, exp: iat + serviceTokenSeconds, jti: randomUUID() };
      return signJwt(key, { typ: 'JWT' }, claims);
    },
    [Symbol.asyncDispose]: () => directory.stop(true),
  };
}

/** A real directory derives the name from the first operation; this one invents it. */
function inventDid(): Did {
  const letters = [...randomBytes(plcLength)].map((byte) => base32.charAt(byte & 31));
  return parseDid(`did:plc:${letters.join('')}`);
}

/** The DID document (https://atproto.com/specs/did) of an account whose PDS nobody will ask. */
function describeIdentity(did: Did, publicKeyMultibase: string): object {
  const serviceEndpoint = 'https://pds.invalid';
  return {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
    id: did,
    alsoKnownAs: ['at://demo.invalid'],
    verificationMethod: [{ id: `${did}#atproto`, type: 'Multikey', controller: did, publicKeyMultibase }],
    service: [{ id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint }],
  };
}
