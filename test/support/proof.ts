import { createHash } from 'node:crypto';
import { calculateJwkThumbprint, CompactSign, exportJWK, generateKeyPair, type JWK } from 'jose';
import type { ProofAlgorithm } from '../../src/core/auth/proof-key.ts';
import { makeSigningKey, signJwt } from './plc.ts';

type Members = Readonly<Record<string, unknown>>;

/** A key that signs proofs, as well-formed or as wrong as a test asks. */
export interface TestKey {
  readonly publicJwk: JWK;
  readonly privateJwk: JWK;
  readonly thumbprint: string;
  sign(header: Members, claims: Members): Promise<string>;
}

export async function makeTestKey(algorithm: ProofAlgorithm = 'ES256'): Promise<TestKey> {
  if (algorithm === 'ES256K') return await makeSecp256k1Key();
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  const publicJwk = await exportJWK(publicKey);
  return {
    publicJwk,
    privateJwk: await exportJWK(privateKey),
    thumbprint: await calculateJwkThumbprint(publicJwk, 'sha256'),
    sign: (header, claims) =>
      new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
        .setProtectedHeader({ typ: 'dpop+jwt', alg: algorithm, jwk: publicJwk, ...header })
        .sign(privateKey),
  };
}

async function makeSecp256k1Key(): Promise<TestKey> {
  const key = await makeSigningKey('ES256K');
  const { kty, crv, x, y } = await key.exportPublicKey('jwk');
  const publicJwk = { kty, crv, x, y } as JWK;
  return {
    publicJwk,
    privateJwk: { ...publicJwk, d: 'AQ' },
    thumbprint: await calculateJwkThumbprint(publicJwk, 'sha256'),
    sign: (header, claims) =>
      signJwt(key, { typ: 'dpop+jwt', alg: 'ES256K', jwk: publicJwk, ...header }, claims),
  };
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
