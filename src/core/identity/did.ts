import { Failure } from '../failure.ts';

declare const didBrand: unique symbol;

/** A DID of the two methods atproto knows: did:plc and did:web (https://atproto.com/specs/did). */
export type Did = string & { readonly [didBrand]: true };

const plc = /^did:plc:[a-z2-7]{24}$/;
/** atproto allows hostname-level did:web only; a port, percent-encoded, for localhost only. */
const web =
  /^did:web:(?:localhost(?:%3A[0-9]{1,5})?|(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?)$/;
const maxLength = 253;

export function isDid(text: string): text is Did {
  return text.length <= maxLength && (plc.test(text) || web.test(text));
}

/** The DID that `text` is, or an `InvalidRequest` that says what it should look like. */
export function parseDid(text: string): Did {
  if (isDid(text)) return text;
  throw new Failure(
    'InvalidRequest',
    `"${text.slice(0, 80)}" is not a DID of atproto; it looks like did:plc:ewvi7nxzyoun6zhxrhs64oiz or did:web:example.com.`,
  );
}
