import { hide } from '../../../platform/redact.ts';

/** The answer of the authorization server, as the browser is sent to it (RFC 6749 §4.1.2). */
export interface ExpectedAnswer {
  /** Where the browser is sent, without a query. */
  readonly redirectUri: string;
  /** What only the answer to this login knows. */
  readonly state: string;
}

/** What came to the redirect address: an answer to this login, or why it is none, as a sentence. */
export type ReadAnswer =
  | { readonly kind: 'answer'; readonly parameters: URLSearchParams }
  | { readonly kind: 'none'; readonly why: string };

/** Reads an address that a browser was sent to, or that a person pasted. Nothing is believed of it yet. */
export function readAnswer(address: string, { redirectUri, state }: ExpectedAnswer): ReadAnswer {
  const url = URL.parse(address.trim());
  const begins = `The one that is wanted begins with ${redirectUri}?`;
  if (url === null) return none(`That is no address. ${begins}`);
  if (url.origin + url.pathname !== redirectUri) {
    return none(`That is another address. ${begins} and is shown once you have allowed it.`);
  }
  const { searchParams } = url;
  if (['state', 'code', 'error', 'iss'].some((name) => searchParams.getAll(name).length > 1)) {
    return none('That address says something twice, so it is not believed.');
  }
  if (!searchParams.has('code') && !searchParams.has('error')) {
    return none('That address is not whole. Copy all of it, to its end.');
  }
  if (searchParams.get('state') !== state) {
    return none('That address belongs to another login. Use the link that was shown here last.');
  }
  hide(searchParams.get('code') ?? '');
  return { kind: 'answer', parameters: searchParams };
}

function none(why: string): ReadAnswer {
  return { kind: 'none', why };
}
