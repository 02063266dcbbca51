import type { PrivateKey } from '@atcute/crypto';

/** A compact JWT (RFC 7519), signed with `key`; claims that are undefined are left out. */
export async function signJwt(
  key: PrivateKey,
  header: Readonly<Record<string, unknown>>,
  claims: Readonly<Record<string, unknown>>,
): Promise<string> {
  const message = `${encodePart({ ...header, alg: key.jwtAlg })}.${encodePart(claims)}`;
  const signature = await key.sign(new TextEncoder().encode(message));
  return `${message}.${Buffer.from(signature).toString('base64url')}`;
}

function encodePart(part: unknown): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
