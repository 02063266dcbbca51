import { Failure } from '../failure.ts';
import { whyNotNamespace, type Namespace } from './namespace.ts';

declare const nsidBrand: unique symbol;

/** A full name of a lexicon: an authority and a name in it, `xyz.groundmist.library.item` (https://atproto.com/specs/nsid). */
export type Nsid = string & { readonly [nsidBrand]: true };

const name = /^[a-zA-Z][a-zA-Z0-9]{0,62}$/;

/** Why `text` is not an NSID, as the rest of a sentence, or undefined where it is one. */
export function whyNotNsid(text: string): string | undefined {
  const { authority, last } = split(text);
  if (!authority.includes('.')) return 'it needs three parts at least, like "xyz.groundmist.sync"';
  if (!name.test(last)) {
    return `its name "${last.slice(0, 70)}" is not 1–63 letters and digits that begin with a letter`;
  }
  const why = whyNotNamespace(authority);
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
