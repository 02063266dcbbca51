import { P256PrivateKeyExportable, Secp256k1PrivateKeyExportable, type PrivateKey } from '@atcute/crypto';
import { parseDid, type Did } from '../../src/core/identity/did.ts';

export type Algorithm = 'ES256K' | 'ES256';

export interface OwnerOptions {
  readonly algorithm?: Algorithm;
  readonly handle?: string;
  readonly pdsUrl?: string;
}

/** Claims of a service-auth JWT; those given replace the usual ones, `undefined` leaves one out. */
export interface ServiceClaims {
  readonly aud: string;
  readonly lxm?: string | undefined;
  /** Replaces header parameters, like `{ typ: 'at+jwt' }`. */
  readonly header?: Readonly<Record<string, unknown>>;
  readonly [claim: string]: unknown;
}

/** Whose server it is: an account, apps that it gives service JWTs, and the directory that knows its key. */
export interface WorldOwner {
  readonly did: Did;
  readonly plcUrl: string;
  /** What a server of this owner must reach, for GROUNDMIST_PRIVATE_HOSTS. */
  readonly privateHosts: readonly string[];
  serviceJwt(claims: { readonly aud: string; readonly lxm: string }): Promise<string>;
}

/** An owner without a PDS: a did:plc and the directory on loopback that answers for it. */
export interface TestOwner extends WorldOwner, AsyncDisposable {
  /** `127.0.0.1:port`. */
  readonly plcHost: string;
  readonly handle: string;
  /** The key that the document names now. */
  signingKey(): PrivateKey;
  document(): Record<string, unknown>;
  /** A JWT of this owner as `com.atproto.server.getServiceAuth` makes it, for the next 60 s. */
  serviceJwt(claims: ServiceClaims): Promise<string>;
  /** Puts a new signing key in the document, of the same algorithm unless another is named. */
  rotate(algorithm?: Algorithm): Promise<void>;
  /** While on, the directory answers 503. */
  outage(isOn: boolean): void;
  /** Puts another PDS in the document. */
  moveTo(pdsUrl: string): void;
  /** From now on the directory answers that the identity was given up. */
  giveUp(): void;
  /** How many times the directory was asked, outages included. */
  requests(): number;
  close(): Promise<void>;
}

/** Starts a directory with one owner on a free loopback port. */
export async function startOwner(options: OwnerOptions = {}): Promise<TestOwner> {
  const did = randomPlcDid();
  const handle = options.handle ?? 'owner.test';
  let algorithm = options.algorithm ?? 'ES256K';
  let key = await makeSigningKey(algorithm);
  let publicKey = await key.exportPublicKey('multikey');
  let isOut = false;
  let requestCount = 0;
  let pdsUrl = options.pdsUrl ?? 'http://127.0.0.1:1';
  let isGivenUp = false;
  const document = () => makeDocument({ did, handle, publicKey, pdsUrl });
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch(request) {
      requestCount += 1;
      if (isOut) return Response.json({ message: 'out of order' }, { status: 503 });
      if (isGivenUp) return Response.json({ message: 'DID not available' }, { status: 410 });
      if (decodeURIComponent(new URL(request.url).pathname) !== `/${did}`) {
        return Response.json({ message: 'DID not registered' }, { status: 404 });
      }
      return Response.json(document(), { headers: { 'content-type': 'application/did+ld+json' } });
    },
  });
  const plcHost = `127.0.0.1:${server.port}`;
  const close = () => server.stop(true);
  return {
    did,
    handle,
    plcHost,
    plcUrl: `http://${plcHost}`,
    privateHosts: [plcHost],
    signingKey: () => key,
    document,
    serviceJwt: (claims) => signServiceJwt(did, key, claims),
    async rotate(next) {
      algorithm = next ?? algorithm;
      key = await makeSigningKey(algorithm);
      publicKey = await key.exportPublicKey('multikey');
    },
    outage(isOn) {
      isOut = isOn;
    },
    moveTo(url) {
      pdsUrl = url;
    },
    giveUp() {
      isGivenUp = true;
    },
    requests: () => requestCount,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** A compact JWT of any header and claims, signed with `key`; `undefined` claims are left out. */
export async function signJwt(
  key: PrivateKey,
  header: Readonly<Record<string, unknown>>,
  claims: Readonly<Record<string, unknown>>,
): Promise<string> {
  const message = `${encodePart(header)}.${encodePart(claims)}`;
  const signature = await key.sign(new TextEncoder().encode(message));
  return `${message}.${Buffer.from(signature).toString('base64url')}`;
}

function encodePart(part: unknown): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

export function makeSigningKey(algorithm: Algorithm): Promise<PrivateKey> {
  return algorithm === 'ES256'
    ? P256PrivateKeyExportable.createKeypair()
    : Secp256k1PrivateKeyExportable.createKeypair();
}

/** A service JWT of `did` for the next 60 s, signed with `key`. */
export function signServiceJwt(
  did: Did,
  key: PrivateKey,
  { header, ...claims }: ServiceClaims,
): Promise<string> {
  const iat = Math.floor(Date.now() / 1000);
  const usual = {
    iss: did,
    lxm: 'xyz.groundmist.sync.authenticate',
    iat,
    exp: iat + 60,
    jti: crypto.randomUUID(),
  };
  return signJwt(key, { typ: 'JWT', alg: key.jwtAlg, ...header }, { ...usual, ...claims });
}

interface Identity {
  readonly did: Did;
  readonly handle: string;
  readonly publicKey: string;
  readonly pdsUrl: string;
}

function makeDocument({ did, handle, publicKey, pdsUrl }: Identity) {
  return {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
    id: did,
    alsoKnownAs: [`at://${handle}`],
    verificationMethod: [
      { id: `${did}#atproto`, type: 'Multikey', controller: did, publicKeyMultibase: publicKey },
    ],
    service: [{ id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint: pdsUrl }],
  };
}

/** Directories derive the name from the first operation; here nobody checks it. */
function randomPlcDid(): Did {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
  const letters = [...crypto.getRandomValues(new Uint8Array(24))].map((byte) => alphabet.charAt(byte & 31));
  return parseDid(`did:plc:${letters.join('')}`);
}
