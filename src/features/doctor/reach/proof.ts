import { createHash, randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

/** As long as the access tokens of a PDS are. */
const tokenCharacters = 1000;

/** A DPoP proof (RFC 9449 §4.2) by a key made for it, without a nonce, and a token that is none: neither opens anything. `now` in milliseconds. */
export async function makeProof(
  url: URL,
  now: number,
): Promise<{ readonly token: string; readonly proof: string }> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const token = 'x'.repeat(tokenCharacters);
  const proof = await new SignJWT({
    htm: 'POST',
    htu: url.href,
    jti: randomUUID(),
    ath: createHash('sha256').update(token).digest('base64url'),
  })
    .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk: await exportJWK(publicKey) })
    .setIssuedAt(Math.floor(now / 1000))
    .sign(privateKey);
  return { token, proof };
}
