import { hkdfSync } from 'node:crypto';
import { P256PrivateKey } from '@atcute/crypto';
import type { Did } from './did.ts';

const fragment = '#groundmist_sync';
const serviceType = 'GroundmistSync';
const keyLabel = 'groundmist/did-key/v1';
/** Order of the P-256 group (NIST SP 800-186 §3.2.1.3). */
const groupOrder = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** What `/.well-known/did.json` answers: who this server is (https://w3c-ccg.github.io/did-method-web/). */
export interface ServerDocument {
  readonly '@context': readonly string[];
  readonly id: string;
  /** The owner (https://www.w3.org/TR/did-1.0/#did-controller). */
  readonly controller: Did;
  readonly verificationMethod: readonly {
    readonly id: string;
    readonly type: 'Multikey';
    readonly controller: string;
    readonly publicKeyMultibase: string;
  }[];
  readonly service: readonly {
    readonly id: string;
    readonly type: string;
    readonly serviceEndpoint: string;
  }[];
}

/** The did:web of a public URL; a port is percent-encoded: `did:web:localhost%3A3031`. */
export function serverDid(publicUrl: URL): string {
  return `did:web:${encodeURIComponent(publicUrl.host)}`;
}

/** The audiences a service JWT for us may name: our service, and the bare DID that older PDSes write. */
export function serverAudiences(publicUrl: URL): readonly string[] {
  const did = serverDid(publicUrl);
  return [did + fragment, did];
}

/**
 * Our DID document. Its key follows from the server's secret (hex) alone, so losing the secret
 * changes this key and nothing else.
 */
export async function makeServerDocument(
  publicUrl: URL,
  secretKey: string,
  owner: Did,
): Promise<ServerDocument> {
  const id = serverDid(publicUrl);
  return {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
    id,
    controller: owner,
    verificationMethod: [
      {
        id: id + fragment,
        type: 'Multikey',
        controller: id,
        publicKeyMultibase: await serverPublicKey(secretKey),
      },
    ],
    service: [{ id: fragment, type: serviceType, serviceEndpoint: publicUrl.origin }],
  };
}

/** The public key of a server with this secret (hex), as a Multikey. */
export async function serverPublicKey(secretKey: string): Promise<string> {
  const key = await P256PrivateKey.importRaw(derivePrivateKey(secretKey));
  return key.exportPublicKey('multikey');
}

/** HKDF-SHA256 (RFC 5869) to 48 bytes, then reduced: 128 bits more than the order hide the bias (FIPS 186-5 A.2.1). */
function derivePrivateKey(secretKey: string): Uint8Array {
  const seed = hkdfSync('sha256', Buffer.from(secretKey, 'hex'), new Uint8Array(), keyLabel, 48);
  const scalar = (BigInt(`0x${Buffer.from(seed).toString('hex')}`) % (groupOrder - 1n)) + 1n;
  return Buffer.from(scalar.toString(16).padStart(64, '0'), 'hex');
}
