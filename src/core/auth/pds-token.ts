import { decodeJwt } from 'jose';
import { z } from 'zod';
import { Failure } from '../failure.ts';
import type { Did } from '../identity/did.ts';
import { isCompactJws } from './compact-jws.ts';

const sessionScope = /^com\.atproto\./;

const claims = z.looseObject({
  sub: z.string().optional(),
  iss: z.string().optional(),
  client_id: z.string().optional(),
  /** Seconds since 1970. */
  exp: z.number().optional(),
  scope: z.string().optional(),
  cnf: z.looseObject({ jkt: z.string().optional() }).optional(),
});

/** What an app's token for its PDS says of itself (RFC 9068, RFC 9449 §6.1). Nothing of it is proven. */
export type PdsTokenClaims = z.output<typeof claims>;

/** The claims of a PDS token; undefined where it is opaque, as those of many PDSes are. */
export function readPdsToken(pdsToken: string): PdsTokenClaims | undefined {
  if (!isCompactJws(pdsToken)) return undefined;
  try {
    return claims.safeParse(decodeJwt(pdsToken)).data;
  } catch {
    // No JWT: there is nothing to read in it.
    return undefined;
  }
}

/**
 * Refuses a token that, by its own words, is not the owner's app's: of another account, of another
 * key, or a password session, which is bound to no key.
 */
export function refuseForeignToken(
  token: PdsTokenClaims,
  { owner, thumbprint }: { readonly owner: Did; readonly thumbprint: string },
): void {
  if (token.sub !== undefined && token.sub !== owner) throw refuse('it is of another account');
  const boundTo = token.cnf?.jkt;
  if (boundTo !== undefined && boundTo !== thumbprint) throw refuse('it is bound to another key');
  if (sessionScope.test(token.scope ?? '')) throw refuse('it is of a password session, not of an app');
}

function refuse(reason: string): Failure {
  return new Failure('NotPermitted', `The PDS token is not accepted: ${reason}.`);
}
