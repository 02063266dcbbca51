import type { ResolveTxt } from '../../platform/dns.ts';
import { escapeUnprintable } from '../../platform/escape.ts';
import { OutboundError } from '../../platform/outbound-error.ts';
import type { Fetch } from '../../platform/outbound.ts';
import { Failure, type FailureCode } from '../failure.ts';
import { handleOf } from './did-document.ts';
import { parseHandle } from './handle-name.ts';
import { isDid, readDid, type Did } from './did.ts';
import { describeCause, isAnswer, resolveDid } from './resolve-did.ts';

export interface HandleResolution {
  readonly fetch: Fetch;
  readonly resolveTxt: ResolveTxt;
  readonly plcUrl: string;
}

const mostRedirects = 3;

/** What one of the two places says of a handle; `why` is the rest of a sentence. */
type Finding =
  | { readonly kind: 'did'; readonly did: Did }
  /** It was asked, and names none. */
  | { readonly kind: 'none'; readonly why: string }
  /** It names something that no account has as its DID. */
  | { readonly kind: 'unusable'; readonly code: FailureCode; readonly why: string }
  /** It could not be asked, and may name one all the same. */
  | { readonly kind: 'silent'; readonly why: string };

/**
 * The DID of a handle, by DNS or by its https host, that also claims this handle in its document
 * (https://atproto.com/specs/handle). Fails with `HandleInvalid`, `HandleReserved`, `HandleNotFound`, `HandleAmbiguous` or
 * `HandleMismatch`; with `DidInvalid` or `DidUnsupported` where it leads to what is no DID of an account; with
 * `IdentityUnreachable` where nobody could be asked; or as its DID does.
 */
export async function resolveHandle(text: string, resolution: HandleResolution): Promise<Did> {
  const handle = parseHandle(text);
  const did = await findDid(handle, resolution);
  const claimed = handleOf(await resolveDid(did, resolution));
  if (claimed === handle) return did;
  const instead = claimed === undefined ? 'has no handle' : `calls itself ${claimed}`;
  throw unresolved('HandleMismatch', handle, `it leads to ${did}, but that identity ${instead}`);
}

async function findDid(handle: string, { fetch, resolveTxt }: HandleResolution): Promise<Did> {
  const byName = await askDns(handle, resolveTxt);
  if (byName.kind === 'did') return byName.did;
  const byHost = await askHost(handle, fetch);
  if (byHost.kind === 'did') return byHost.did;
  // DNS has the first word, unless it has nothing to say.
  const code = codeOf(byName.kind === 'none' ? byHost : byName);
  throw unresolved(code, handle, `${byName.why}, and ${byHost.why}`);
}

function codeOf(finding: Exclude<Finding, { readonly kind: 'did' }>): FailureCode {
  switch (finding.kind) {
    case 'none':
      return 'HandleNotFound';
    case 'unusable':
      return finding.code;
    case 'silent':
      return 'IdentityUnreachable';
  }
}

/** The TXT record `did=…` of `_atproto.`; two DIDs are an error, and what is no DID of an account counts only where there is none. */
async function askDns(handle: string, resolveTxt: ResolveTxt): Promise<Finding> {
  const name = `_atproto.${handle}`;
  const records = await resolveTxt(name).catch(() => undefined);
  if (records === undefined) return { kind: 'silent', why: `DNS could not be asked for ${name}` };
  const texts = records.filter((text) => text.startsWith('did=')).map((text) => text.slice(4).trim());
  const [text] = texts;
  if (text === undefined) return { kind: 'none', why: `DNS has no DID at ${name}` };
  const dids = new Set(texts.filter(isDid));
  if (dids.size > 1) {
    throw unresolved('HandleAmbiguous', handle, `DNS has ${dids.size} different DIDs at ${name}`);
  }
  const [did] = dids;
  return did === undefined ? judge(text, `in DNS at ${name}`) : { kind: 'did', did };
}

function askHost(handle: string, fetch: Fetch): Promise<Finding> {
  return askUrl(new URL(`https://${handle}/.well-known/atproto-did`), fetch, mostRedirects);
}

/** Hosts send on from one name of theirs to another; each step is a request of its own, with all checks of the way out. */
async function askUrl(url: URL, fetch: Fetch, redirectsLeft: number): Promise<Finding> {
  try {
    return await readAnswer(url, await fetch(url));
  } catch (error) {
    const location = error instanceof OutboundError ? error.location : undefined;
    if (location !== undefined) return followTo(location, url, fetch, redirectsLeft);
    const isNobody = isAnswer(error) || hasNoAddress(error);
    return { kind: isNobody ? 'none' : 'silent', why: describeCause(error, url) };
  }
}

async function followTo(location: URL, from: URL, fetch: Fetch, redirectsLeft: number): Promise<Finding> {
  if (location.protocol !== 'https:') {
    return { kind: 'none', why: `${from.host} sends on to an address that is not https` };
  }
  if (redirectsLeft === 0) {
    return { kind: 'none', why: `${from.host} is the end of ${mostRedirects} redirects, and sends on` };
  }
  return askUrl(location, fetch, redirectsLeft - 1);
}

async function readAnswer(url: URL, response: Response): Promise<Finding> {
  const asked = escapeUnprintable(url.href.slice(0, 200));
  if (!response.ok) {
    const kind = response.status >= 500 || response.status === 429 ? 'silent' : 'none';
    return { kind, why: `${asked} answered with status ${response.status}` };
  }
  const did = (await response.text()).trim();
  // Many hosts answer every address with a page of theirs.
  if (!did.startsWith('did:')) return { kind: 'none', why: `${asked} answered with something else` };
  return judge(did, `at ${asked}`);
}

function judge(text: string, where: string): Finding {
  const read = readDid(text);
  if (read.kind === 'did') return read;
  const quoted = `"${escapeUnprintable(text.slice(0, 80))}"`;
  return { ...read, why: `${quoted} ${where} is not the DID of an account (${read.why})` };
}

/** DNS answered that there is no such host, which is not the same as no answer. */
function hasNoAddress(error: unknown): boolean {
  const cause = error instanceof OutboundError ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOTFOUND';
}

function unresolved(code: FailureCode, handle: string, why: string): Failure {
  return new Failure(code, `The handle ${handle} could not be resolved: ${why}.`);
}
