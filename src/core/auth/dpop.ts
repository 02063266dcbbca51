import { createHash } from 'node:crypto';
import { z } from 'zod';
import { Failure } from '../failure.ts';
import { isCompactJws } from './compact-jws.ts';
import { isTargetUrl } from './target-url.ts';
import type { Nonces } from './nonce.ts';
import { isSignedWith, proofAlgorithms, readProofKey, thumbprintOf, type ProofKey } from './proof-key.ts';
import type { ReplayWindow } from './replay.ts';

const longestProof = 4096;
const longestIdentifier = 256;
const clockToleranceSeconds = 120;

/** `crit` is refused: we know no extension. Other members, as `kid`, say nothing to us. */
const proofHeader = z.looseObject({
  typ: z.literal('dpop+jwt'),
  alg: z.enum(proofAlgorithms),
  jwk: z.record(z.string(), z.unknown()),
  crit: z.never().optional(),
});

/** RFC 9449 §4.2. Old SDKs add `iss`; it is not looked at. */
const proofClaims = z.looseObject({
  htm: z.string(),
  htu: z.string(),
  ath: z.string(),
  iat: z.number(),
  jti: z.string().min(1).max(longestIdentifier),
  nonce: z.string().optional(),
});

export interface ProofCheck {
  /** The `DPoP` header as it came; several are joined with commas. */
  readonly header: string | null;
  readonly method: string;
  /** Our configured public URL with the path that was asked for. */
  readonly url: URL;
  /** What the Authorization header presents beside the proof. */
  readonly accessToken: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly nonces: Nonces;
  readonly replays: ReplayWindow;
}

/**
 * Checks a DPoP proof as RFC 9449 §4.3 lists it and gives the thumbprint of the key that made it.
 * Fails with `UseDpopNonce` where only our nonce is missing or old, `InvalidDpopProof` otherwise,
 * `Busy` when no more proofs can be remembered.
 */
export async function verifyProof(check: ProofCheck): Promise<{ readonly thumbprint: string }> {
  const compact = readOnlyProof(check.header);
  const key = readKey(compact);
  const claims = readPart(compact, 1, proofClaims, 'its claims are');
  if (!(await isSignedWith(key, compact))) throw refuse('its signature does not match its key');
  checkTarget(claims, check);
  if (claims.nonce === undefined || !check.nonces.accepts(claims.nonce)) {
    throw new Failure('UseDpopNonce', 'The DPoP proof needs the nonce of the DPoP-Nonce header.');
  }
  if (Math.abs(check.now / 1000 - claims.iat) > clockToleranceSeconds) {
    throw refuse(`its iat is more than ${clockToleranceSeconds} s from the clock of this server`);
  }
  const thumbprint = await thumbprintOf(key);
  if (!check.replays.claim(`${thumbprint} ${sha256(claims.jti)}`)) {
    throw refuse('its jti was used before');
  }
  return { thumbprint };
}

function readOnlyProof(header: string | null): string {
  if (header === null || header === '') throw refuse('the DPoP header is missing');
  if (header.includes(',')) throw refuse('there is more than one DPoP header');
  if (header.length > longestProof) throw refuse(`it is longer than ${longestProof} characters`);
  if (!isCompactJws(header)) throw refuse('it is not a compact JWS');
  return header;
}

function readKey(compact: string): ProofKey {
  const header = readPart(compact, 0, proofHeader, 'its header is');
  const key = readProofKey(header.alg, header.jwk);
  if (key === undefined) throw refuse(`its jwk is not a public key of usual size for ${header.alg}`);
  return key;
}

function readPart<Part>(compact: string, index: number, schema: z.ZodType<Part>, whatIs: string): Part {
  const part = schema.safeParse(parseJson(compact.split('.')[index] ?? ''));
  if (part.success) return part.data;
  const member = part.error.issues[0]?.path.join('.');
  throw refuse(`${whatIs} not as RFC 9449 asks${member ? ` (${member})` : ''}`);
}

function parseJson(base64url: string): unknown {
  try {
    return JSON.parse(Buffer.from(base64url, 'base64url').toString('utf8'));
  } catch {
    throw refuse('it is not JSON');
  }
}

function checkTarget(claims: z.output<typeof proofClaims>, check: ProofCheck): void {
  if (claims.htm !== check.method) throw refuse('its htm is not the method of this request');
  if (!isTargetUrl(claims.htu, check.url)) throw refuse(`its htu is not ${check.url.href}`);
  if (claims.ath !== sha256(check.accessToken))
    throw refuse('its ath is not the hash of the token beside it');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

function refuse(reason: string): Failure {
  return new Failure('InvalidDpopProof', `The DPoP proof is not accepted: ${reason}.`);
}
