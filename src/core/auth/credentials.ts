import type { Failure } from '../failure.ts';
import type { Did } from '../identity/did.ts';

/** What an app said of itself and what of it was proven. */
export type AppClaim =
  /** The owner's PDS vouches that its token belongs to this https client id. */
  | { readonly kind: 'vouched'; readonly clientId: string }
  /** Only its own words: a client id from an unvouched token, an Origin, nothing. */
  | { readonly kind: 'unverified'; readonly says: string | undefined };

/** Whose account an app acts for. */
export type AccountClaim =
  | { readonly did: Did; readonly isProven: true }
  /** Enough for a key the owner approved before; `refusal` is the answer to any other key. */
  | { readonly did: Did; readonly isProven: false; readonly refusal: Failure };

/** What authentication proved about one request. */
export interface Credentials {
  readonly account: AccountClaim;
  /** The JWK SHA-256 thumbprint (RFC 7638) of the DPoP key. */
  readonly thumbprint: string;
  readonly app: AppClaim;
  readonly origin: string | undefined;
  readonly userAgent: string | undefined;
  readonly address: string;
}
