import { isNsid as hasNsidSyntax } from '@atcute/lexicons/syntax';
import { Failure } from '../failure.ts';
import { whyNotNamespace, type Namespace } from './namespace.ts';

declare const nsidBrand: unique symbol;

/**
 * A full name of a lexicon: an authority and a name in it, `xyz.groundmist.library.item` (https://atproto.com/specs/nsid).
 * Its authority is a namespace, which is narrower than the protocol has it.
 */
export type Nsid = string & { readonly [nsidBrand]: true };

/** Why `text` is no NSID that we can use, as the rest of a sentence, or undefined where it is one. */
export function whyNotNsid(text: string): string | undefined {
  if (!hasNsidSyntax(text)) {
    return 'it needs three parts at least, the last of letters and digits alone, like "xyz.groundmist.sync"';
  }
  const why = whyNotNamespace(split(text).authority);
  return why === undefined ? undefined : `of its authority: ${why}`;
}

export function isNsid(text: string): text is Nsid {
  return whyNotNsid(text) === undefined;
}

/** The NSID that `text` is, or an `InvalidRequest` that says what is wrong with it. */
export function parseNsid(text: string): Nsid {
  if (isNsid(text)) return text;
  throw new Failure('InvalidRequest', `"${text.slice(0, 80)}" is not an NSID: ${whyNotNsid(text)}.`);
}

/** The namespace that a name belongs to: `xyz.groundmist.library` of `xyz.groundmist.library.item`. */
export function authorityOf(nsid: Nsid): Namespace {
  return split(nsid).authority as Namespace;
}

function split(text: string): { readonly authority: string; readonly last: string } {
  const dot = text.lastIndexOf('.');
  return { authority: text.slice(0, Math.max(dot, 0)), last: text.slice(dot + 1) };
}
