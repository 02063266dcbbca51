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

/** What a text is: the DID of an account; no DID at all; or one that atproto has no use for. */
export type DidReading =
  | { readonly kind: 'did'; readonly did: Did }
  /** `why` is the rest of a sentence. */
  | { readonly kind: 'unusable'; readonly code: 'DidInvalid' | 'DidUnsupported'; readonly why: string };

export function readDid(text: string): DidReading {
  if (!hasDidSyntax(text)) {
    return { kind: 'unusable', code: 'DidInvalid', why: 'it does not have the form of a DID' };
  }
  const why = whyNotOfAccount(text);
  return why === undefined
    ? { kind: 'did', did: text as Did }
    : { kind: 'unusable', code: 'DidUnsupported', why };
}

export function isDid(text: string): text is Did {
  return readDid(text).kind === 'did';
}

/** The DID that `text` is, or `DidInvalid` or `DidUnsupported`. */
export function parseDid(text: string): Did {
  const read = readDid(text);
  if (read.kind === 'did') return read.did;
  const quoted = `"${escapeUnprintable(text.slice(0, 80))}"`;
  throw new Failure(read.code, `${quoted} is not the DID of an account: ${read.why}.`);
}

function whyNotOfAccount(did: string): string | undefined {
  if (plc.test(did)) return undefined;
  if (did.startsWith(webPrefix)) return whyNotWeb(did.slice(webPrefix.length));
  if (did.startsWith('did:plc:')) return 'after did:plc: come 24 of a-z and 2-7';
  return `its method is not plc or web but ${did.split(':')[1]?.slice(0, 20)}`;
}

/** atproto allows hostname-level did:web only; a port, percent-encoded, for localhost only. One spelling: DIDs are compared as texts. */
function whyNotWeb(host: string): string | undefined {
  const local = localhost.exec(host);
  if (local !== null) return Number(local[1] ?? 1) <= highestPort ? undefined : 'it has no port of TCP';
  if (!isHandle(host)) return 'after did:web: comes a host name alone, without port or path';
  if (host !== host.toLowerCase())
    return `its host name has capitals; write ${webPrefix}${host.toLowerCase()}`;
  const reserved = reservedDomainOf(host);
  return reserved && `names that end in .${reserved} are nobody’s`;
}
