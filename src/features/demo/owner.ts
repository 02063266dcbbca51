import { randomBytes, randomUUID } from 'node:crypto';
import { Secp256k1PrivateKeyExportable, type PrivateKey } from '@atcute/crypto';
import { parseDid, type Did } from '../../core/identity/did.ts';
import type { Clock } from '../../platform/clock.ts';
import { signJwt } from './jwt.ts';
import { serveOnLoopback } from './port.ts';

const serviceTokenSeconds = 60;
const base32 = 'abcdefghijklmnopqrstuvwxyz234567';
const plcLength = 24;

/** Who signs in. */
export interface Identity {
  readonly did: Did;
  /** What their PDS answers to `com.atproto.server.getServiceAuth`. */
  serviceToken(audience: string): Promise<string>;
}

/** A throw-away identity, and the directory on loopback that answers for it. */
export interface DemoOwner extends Identity, AsyncDisposable {
  readonly plcUrl: string;
  /** `127.0.0.1:port` */
  readonly plcHost: string;
}

export async function startOwner(clock: Clock): Promise<DemoOwner> {
  const key = await Secp256k1PrivateKeyExportable.createKeypair();
  const identity = identityOf(inventDid(), key, clock);
  const { did } = identity;
  const document = describeIdentity(did, await key.exportPublicKey('multikey'));
  const directory = serveOnLoopback((request) =>
    new URL(request.url).pathname === `/${did}`
      ? Response.json(document, { headers: { 'content-type': 'application/did+ld+json' } })
      : Response.json({ message: 'DID not registered' }, { status: 404 }),
  );
  return {
    ...identity,
    plcUrl: directory.url.origin,
    plcHost: directory.url.host,
    [Symbol.asyncDispose]: () => directory.stop(true),
  };
}

/** Somebody else; with a DID, somebody who only says that it is theirs. */
export async function inventStranger(clock: Clock, did = inventDid()): Promise<Identity> {
  return identityOf(did, await Secp256k1PrivateKeyExportable.createKeypair(), clock);
}

function identityOf(did: Did, key: PrivateKey, clock: Clock): Identity {
  return {
    did,
    serviceToken(aud) {
      const iat = Math.floor(clock.now() / 1000);
      const lxm = 'xyz.groundmist.sync.authenticate';
      const claims = { iss: did, aud, lxm, iat, exp: iat + serviceTokenSeconds, jti: randomUUID() };
      return signJwt(key, { typ: 'JWT' }, claims);
    },
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
