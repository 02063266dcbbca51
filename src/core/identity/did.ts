import { isDid as hasDidSyntax, isHandle } from '@atcute/lexicons/syntax';
import { escapeUnprintable } from '../../platform/escape.ts';
import { Failure } from '../failure.ts';
import { reservedDomainOf } from './handle-name.ts';

declare const didBrand: unique symbol;

/** A DID that an account can have: of the two methods atproto knows, did:plc and did:web (https://atproto.com/specs/did). */
export type Did = string & { readonly [didBrand]: true };

const plc = /^did:plc:[a-z2-7]{24}$/;
const webPrefix = 'did:web:';
const localhost = /^localhost(?:%3A([1-9][0-9]{0,4}))?$/;
const highestPort = 65535;

/** Why no account has the DID `text`: it is none at all, or is one that atproto has no use for. */
export interface DidFault {
  readonly code: 'DidInvalid' | 'DidUnsupported';
  /** The rest of a sentence. */
  readonly why: string;
}

export function isDid(text: string): text is Did {
  return whyNotDid(text) === undefined;
}

/** Undefined where it is one. */
export function whyNotDid(text: string): DidFault | undefined {
  if (!hasDidSyntax(text)) return { code: 'DidInvalid', why: 'it does not have the form of a DID' };
  if (plc.test(text)) return undefined;
  const why = text.startsWith(webPrefix) ? whyNotWeb(text.slice(webPrefix.length)) : whyNotMethod(text);
  return why === undefined ? undefined : { code: 'DidUnsupported', why };
}

/** The DID that `text` is, or `DidInvalid` or `DidUnsupported`. */
export function parseDid(text: string): Did {
  const fault = whyNotDid(text);
  if (fault === undefined) return text as Did;
  throw new Failure(
    fault.code,
    `"${escapeUnprintable(text.slice(0, 80))}" is not the DID of an account: ${fault.why}.`,
  );
}

function whyNotMethod(text: string): string {
  if (text.startsWith('did:plc:')) return 'after did:plc: come 24 of a-z and 2-7';
  return `its method is not plc or web but ${text.split(':')[1]?.slice(0, 20)}`;
}

/** atproto allows hostname-level did:web only; a port, percent-encoded, for localhost only. One spelling: DIDs are compared as texts. */
function whyNotWeb(host: string): string | undefined {
  const local = localhost.exec(host);
  if (local !== null) return Number(local[1] ?? 1) <= highestPort ? undefined : 'it has no port of TCP';
  if (!isHandle(host)) return 'after did:web: comes a host name alone, without port or path';
  if (host !== host.toLowerCase()) return `its host name has capitals; write ${webPrefix}${host.toLowerCase()}`;
  const reserved = reservedDomainOf(host);
  return reserved && `names that end in .${reserved} are nobody’s`;
}
