import { Secp256k1PublicKey } from '@atcute/crypto';
import { calculateJwkThumbprint, compactVerify, importJWK, type JWK } from 'jose';
import { z } from 'zod';

/** base64url of exactly the bytes that a coordinate of the curve has (RFC 7518 §6.2.1.2). */
const coordinate = (length: number) => z.string().regex(new RegExp(`^[A-Za-z0-9_-]{${length}}$`));
const ellipticKey = (curve: string, length: number) =>
  z.object({
    kty: z.literal('EC'),
    crv: z.literal(curve),
    x: coordinate(length),
    y: coordinate(length),
  });

/** What a public key must look like for each algorithm; other members are left out, so nothing else is imported. */
const keyByAlgorithm = {
  ES256: ellipticKey('P-256', 43),
  ES256K: ellipticKey('secp256k1', 43),
  ES384: ellipticKey('P-384', 64),
  EdDSA: z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: coordinate(43) }),
  /** 2048 to 4096 bits. */
  PS256: z.object({
    kty: z.literal('RSA'),
    n: z.string().regex(/^[A-Za-z0-9_-]{342,683}$/),
    e: z.string().regex(/^[A-Za-z0-9_-]{1,6}$/),
  }),
} as const;

const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

export type ProofAlgorithm = keyof typeof keyByAlgorithm;
export const proofAlgorithms = ['ES256', 'ES256K', 'ES384', 'EdDSA', 'PS256'] as const;

/** The public key that a proof carries, for its algorithm. */
export interface ProofKey {
  readonly algorithm: ProofAlgorithm;
  readonly jwk: JWK;
}

/** The key of a proof's header, or undefined where it is private, oversize or not of this algorithm. */
export function readProofKey(
  algorithm: ProofAlgorithm,
  members: Readonly<Record<string, unknown>>,
): ProofKey | undefined {
  if (privateMembers.some((member) => member in members)) return undefined;
  const key = keyByAlgorithm[algorithm].safeParse(members);
  return key.success ? { algorithm, jwk: key.data } : undefined;
}

/** The JWK SHA-256 thumbprint (RFC 7638): the name of the key. */
export function thumbprintOf(key: ProofKey): Promise<string> {
  return calculateJwkThumbprint(key.jwk, 'sha256');
}

/** Whether this key signed the compact JWS. */
export async function isSignedWith(key: ProofKey, compact: string): Promise<boolean> {
  try {
    if (key.algorithm === 'ES256K') return await isSignedWithSecp256k1(key.jwk, compact);
    await compactVerify(compact, await importJWK(key.jwk, key.algorithm), { algorithms: [key.algorithm] });
    return true;
  } catch {
    // A point that is not on the curve and a wrong signature are the same "no" to the caller.
    return false;
  }
}

/**
 * Neither jose nor Bun's WebCrypto has secp256k1. Either S is good: RFC 8812 asks for no low one, and half of the
 * proofs of the OAuth SDKs on Node have a high one. A signature turned into its twin gains nothing, since the
 * `jti` inside is used up.
 */
async function isSignedWithSecp256k1(jwk: JWK, compact: string): Promise<boolean> {
  const end = compact.lastIndexOf('.');
  const uncompressedPoint = Buffer.concat([Buffer.of(4), decode(jwk.x), decode(jwk.y)]);
  const key = await Secp256k1PublicKey.importRaw(uncompressedPoint);
  const message = new TextEncoder().encode(compact.slice(0, end));
  return key.verify(decode(compact.slice(end + 1)), message, { allowMalleableSig: true });
}

function decode(text: string | undefined): Buffer {
  return Buffer.from(text ?? '', 'base64url');
}
