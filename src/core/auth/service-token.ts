import { AuthRequiredError } from '@atcute/xrpc-server';
import { ServiceJwtVerifier, type ServiceJwtVerifierOptions } from '@atcute/xrpc-server/auth';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { z } from 'zod';
import { Failure } from '../failure.ts';
import type { DidDocument } from '../identity/did-document.ts';
import type { Did } from '../identity/did.ts';
import { isCompactJws } from './compact-jws.ts';
import type { UsedServiceTokens } from './used-service-tokens.ts';

const method = 'xyz.groundmist.sync.authenticate';
const longestToken = 8192;
const longestIdentifier = 256;
/** The verifier accepts tokens that end at most this far ahead. */
const maxAgeSeconds = 300;
const clockLeewaySeconds = 5;

/** Where the owner's DID document comes from; `refresh` asks again, past the cache. */
export interface OwnerDocuments {
  document(): Promise<DidDocument>;
  refresh(): Promise<DidDocument>;
}

export interface ServiceTokenCheck {
  readonly owner: Did;
  readonly documents: OwnerDocuments;
  readonly audiences: readonly string[];
  readonly used: Pick<UsedServiceTokens, 'claim'>;
  /** Milliseconds since 1970. Tokens older than this start of ours are refused: what was used may be lost with the disk. */
  readonly startedAt: number;
  readonly now: number;
}

const header = z.looseObject({ typ: z.literal('JWT'), crit: z.never().optional() });
const claims = z.looseObject({
  iss: z.string(),
  aud: z.string(),
  lxm: z.string(),
  iat: z.number(),
  jti: z.string().min(1).max(longestIdentifier),
});

export type ServiceTokenClaims = z.output<typeof claims>;

/**
 * Checks a service-auth JWT (https://atproto.com/specs/xrpc#inter-service-authentication-jwt): it
 * proves that the owner's account asked for us. Fails with `NotPermitted`, with
 * `IdentityUnresolved` while the owner's DID document cannot be had, with `StoreUnavailable`.
 */
export async function verifyServiceToken(jwt: string, check: ServiceTokenCheck): Promise<void> {
  const token = readServiceToken(jwt, check);
  checkTimes(token, check);
  let outage: unknown;
  const remember = (error: unknown): never => {
    outage = error ?? new Error('no reason given');
    throw error;
  };
  const verifier = new ServiceJwtVerifier({
    // did:web of an IP address is no atproto audience to the types; a token cannot name it either.
    acceptAudiences: [...check.audiences] as NonNullable<ServiceJwtVerifierOptions['acceptAudiences']>,
    maxAge: maxAgeSeconds,
    clockLeeway: clockLeewaySeconds,
    resolver: {
      resolve: (_did, options) =>
        (options?.noCache ? check.documents.refresh() : check.documents.document()).catch(remember),
    },
    replayStore: { check: async ({ jti }) => check.used.claim(jti, token.iat) },
  });
  // The verifier takes the token from a request; only its Authorization header is read.
  const request = new Request('http://localhost', { headers: { authorization: `Bearer ${jwt}` } });
  try {
    await verifier.verifyRequest(request, { lxm: method });
  } catch (error) {
    if (outage !== undefined) throw unresolved(check.owner, outage);
    if (error instanceof AuthRequiredError) throw refuse(error.message, error);
    throw error;
  }
}

/**
 * The claims of a service token that is, by its own words, the owner's and meant for us. Asks nobody,
 * so that a stranger's token makes us resolve nothing. Fails with `NotPermitted`.
 */
export function readServiceToken(
  jwt: string,
  { owner, audiences }: Pick<ServiceTokenCheck, 'owner' | 'audiences'>,
): ServiceTokenClaims {
  if (jwt.length > longestToken) throw refuse(`it is longer than ${longestToken} characters`);
  if (!isCompactJws(jwt)) throw refuse('it is not a compact JWS');
  const token = decode(jwt);
  if (token.iss !== owner) throw refuse('its iss is not the owner of this server');
  if (!audiences.includes(token.aud)) throw refuse('its audience (aud) is not this server');
  if (token.lxm !== method) throw refuse(`its lexicon method (lxm) is not ${method}`);
  return token;
}

function checkTimes({ iat }: ServiceTokenClaims, { startedAt, now }: ServiceTokenCheck): void {
  if (iat < Math.floor(startedAt / 1000)) {
    throw refuse('it is older than the last start of this server; ask for a new one');
  }
  if (iat > now / 1000 + maxAgeSeconds) throw refuse('its iat lies in the future');
}

function decode(jwt: string): ServiceTokenClaims {
  try {
    header.parse(decodeProtectedHeader(jwt));
    return claims.parse(decodeJwt(jwt));
  } catch (error) {
    throw refuse('it is not a service-auth JWT with typ JWT, iss, aud, lxm, iat and jti', error);
  }
}

function refuse(reason: string, cause?: unknown): Failure {
  return new Failure('NotPermitted', `The service token is not accepted: ${reason}.`, { cause });
}

function unresolved(owner: Did, cause: unknown): Failure {
  return new Failure(
    'IdentityUnresolved',
    `The DID document of ${owner} cannot be had at the moment; try again in a minute.`,
    { cause },
  );
}
