import { createHash } from 'node:crypto';
import { decodeJwt } from 'jose';
import { z } from 'zod';
import type { Fetch } from '../../platform/outbound.ts';

const sessionPath = '/xrpc/com.atproto.server.getSession';
const metadataPath = '/.well-known/oauth-protected-resource';
const controlClientId = 'https://control.invalid/client.json';

/** RFC 9728 §2; atproto has exactly one authorization server for a PDS. */
const metadata = z.looseObject({ resource: z.string(), authorization_servers: z.tuple([z.string()]) });

export interface Probing {
  readonly pds: URL;
  readonly fetch: Fetch;
  readonly signal: AbortSignal;
}

/** The issuer of this PDS's access tokens, as the PDS itself names it (RFC 9728 §3); undefined where it names none. */
export async function findIssuer({ pds, fetch, signal }: Probing): Promise<string | undefined> {
  const answer = await fetch(new URL(metadataPath, pds), { signal });
  if (!answer.ok) return undefined;
  const named = metadata.safeParse(await answer.json().catch(() => undefined)).data;
  const isOfThisPds = named !== undefined && URL.parse(named.resource)?.origin === pds.origin;
  return isOfThisPds ? named.authorization_servers[0] : undefined;
}

/**
 * Whether the PDS tells this token from forged ones. Without a proof it takes none, but says of a
 * genuine one that the proof is missing and of a forged one that it is forged. Three forgeries,
 * which it must refuse as such, show that it looks at the signature and at what is signed. Asks
 * until the first unexpected answer.
 */
export async function isGenuine(pdsToken: string, probing: Probing): Promise<boolean> {
  if ((await readError(pdsToken, probing)) !== 'invalid_dpop_proof') return false;
  for (const forged of forge(pdsToken)) {
    if ((await readError(forged, probing)) !== 'invalid_token') return false;
  }
  return true;
}

/** The `error` of the DPoP challenge (RFC 9449 §7.1) to a session request without proof; undefined for any other answer. */
async function readError(pdsToken: string, { pds, fetch, signal }: Probing): Promise<string | undefined> {
  const headers = { authorization: `DPoP ${pdsToken}` };
  const answer = await fetch(new URL(sessionPath, pds), { headers, signal });
  const challenge = answer.headers.get('www-authenticate') ?? '';
  if (answer.status !== 401 || !/^DPoP /i.test(challenge)) return undefined;
  return /[\s,]error="([a-z_]+)"/.exec(challenge)?.[1];
}

/** The same token with another signature, another app, another key. */
function forge(pdsToken: string): readonly string[] {
  const [header = '', payload = '', signature = ''] = pdsToken.split('.');
  const claims = decodeJwt(pdsToken);
  const otherKey = createHash('sha256').update(pdsToken).digest('base64url');
  return [
    [header, payload, flipFirstBit(signature)],
    [header, encode({ ...claims, client_id: controlClientId }), signature],
    [header, encode({ ...claims, cnf: { jkt: otherKey } }), signature],
  ].map((parts) => parts.join('.'));
}

function flipFirstBit(signature: string): string {
  const bytes = Buffer.from(signature, 'base64url');
  bytes[0] = (bytes[0] ?? 0) ^ 0x80;
  return bytes.toString('base64url');
}

function encode(claims: unknown): string {
  return Buffer.from(JSON.stringify(claims)).toString('base64url');
}
