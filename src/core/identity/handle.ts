import type { Fetch } from '../../platform/outbound.ts';
import type { ResolveTxt } from '../../platform/dns.ts';
import { escapeUnprintable } from '../../platform/escape.ts';
import { Failure } from '../failure.ts';
import { handleOf } from './did-document.ts';
import { isDid, type Did } from './did.ts';
import { describeCause, resolveDid } from './resolve-did.ts';

/** https://atproto.com/specs/handle */
const syntax = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const maxLength = 253;

export interface HandleResolution {
  readonly fetch: Fetch;
  readonly resolveTxt: ResolveTxt;
  readonly plcUrl: string;
}

/** What one of the two places says of a handle: a DID, or why there is none as the rest of a sentence. */
type Finding =
  | { readonly kind: 'did'; readonly did: Did }
  | { readonly kind: 'nothing'; readonly why: string };

/**
 * The DID of a handle, by DNS or by its https host, that also claims this handle in its document. Fails with
 * `InvalidRequest` where it is no handle, `IdentityUnresolved` where it leads nowhere or only one way.
 */
export async function resolveHandle(text: string, resolution: HandleResolution): Promise<Did> {
  const handle = parseHandle(text);
  const did = await findDid(handle, resolution);
  const claimed = handleOf(await resolveDid(did, resolution));
  if (claimed === handle) return did;
  throw unresolved(
    handle,
    `it leads to ${did}, but that identity ${claimed === undefined ? 'has no handle' : `calls itself ${claimed}`}`,
  );
}

function parseHandle(text: string): string {
  const handle = text.replace(/^@/, '').toLowerCase();
  if (handle.length <= maxLength && syntax.test(handle)) return handle;
  throw new Failure(
    'InvalidRequest',
    `"${text.slice(0, 80)}" is not a handle; it looks like alice.example.com.`,
  );
}

async function findDid(handle: string, { fetch, resolveTxt }: HandleResolution): Promise<Did> {
  const byName = await askDns(handle, resolveTxt);
  if (byName.kind === 'did') return byName.did;
  const byHost = await askHost(handle, fetch);
  if (byHost.kind === 'did') return byHost.did;
  throw unresolved(handle, `${byName.why}, and ${byHost.why}`);
}

/** The TXT record `did=…` of `_atproto.`; two different ones count as none. */
async function askDns(handle: string, resolveTxt: ResolveTxt): Promise<Finding> {
  const name = `_atproto.${handle}`;
  const records = await resolveTxt(name).catch(() => []);
  const dids = new Set(records.filter((text) => text.startsWith('did=')).map((text) => text.slice(4).trim()));
  const [did] = dids;
  if (did === undefined) return { kind: 'nothing', why: `DNS has no DID at ${name}` };
  if (dids.size > 1) throw unresolved(handle, `DNS has ${dids.size} different DIDs at ${name}`);
  if (isDid(did)) return { kind: 'did', did };
  return {
    kind: 'nothing',
    why: `"${escapeUnprintable(did.slice(0, 80))}" in DNS at ${name} is not a DID of atproto`,
  };
}

async function askHost(handle: string, fetch: Fetch): Promise<Finding> {
  const url = new URL(`https://${handle}/.well-known/atproto-did`);
  try {
    const response = await fetch(url);
    if (!response.ok) return { kind: 'nothing', why: `${url.href} answered with status ${response.status}` };
    const did = (await response.text()).trim();
    if (isDid(did)) return { kind: 'did', did };
    return { kind: 'nothing', why: `${url.href} answered with something that is not a DID of atproto` };
  } catch (error) {
    return { kind: 'nothing', why: describeCause(error, url) };
  }
}

function unresolved(handle: string, why: string): Failure {
  return new Failure('IdentityUnresolved', `The handle ${handle} could not be resolved: ${why}.`);
}
