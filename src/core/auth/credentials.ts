import type { Failure } from '../failure.ts';
import type { Did } from '../identity/did.ts';
import type { PdsTokenClaims } from './pds-token.ts';
import type { Presented } from './presented.ts';

/** What an app said of itself and what of it was proven. */
export type AppClaim =
  /** The owner's PDS vouches that its token belongs to this https client id. */
  | { readonly kind: 'vouched'; readonly clientId: string }
  /** Only its own words: a client id from an unvouched token, an Origin, nothing. */
  | { readonly kind: 'unverified'; readonly says: string | undefined };

/** Whose account an app acts for. */
export type AccountClaim =
  | { readonly did: Did; readonly isProven: true }
  /** Enough while the owner is pairing; `refusal` is the answer otherwise. */
  | { readonly did: Did; readonly isProven: false; readonly refusal: Failure };

/** A key that signed for one request, and where that came from. */
export interface Caller {
  /** The JWK SHA-256 thumbprint (RFC 7638) of the DPoP key. */
  readonly thumbprint: string;
  readonly origin: string | undefined;
  readonly userAgent: string | undefined;
  readonly address: string;
}

/** Who is at the door. Only the key is proven: enough for one that the owner approved. */
export interface Visitor extends Caller {
  readonly presented: Presented;
  /** What its PDS token says, where that can be read. */
  readonly claims: PdsTokenClaims | undefined;
}

/** What authentication proved about a key that the owner does not know yet. */
export interface Credentials extends Caller {
  readonly account: AccountClaim;
  readonly app: AppClaim;
}
