import { webDidToDocumentUrl } from '@atcute/identity';
import { OutboundError } from '../../platform/outbound-error.ts';
import type { Fetch } from '../../platform/outbound.ts';
import { Failure, type FailureCode } from '../failure.ts';
import { parseDidDocument, type DidDocument } from './did-document.ts';
import type { Did } from './did.ts';

export interface DidResolution {
  /** The directory that answers for did:plc, https://plc.directory or one like it. */
  readonly plcUrl: string;
  readonly fetch: Fetch;
}

/**
 * Fetches the DID document: did:plc from the directory (https://web.plc.directory/spec/v0.1/did-plc), did:web from
 * its host. Fails with a sentence that names the host asked: `DidNotFound`, `DidGivenUp`, `DidDocumentInvalid`, or
 * `IdentityUnreachable` where nobody answered the question.
 */
export async function resolveDid(did: Did, { plcUrl, fetch }: DidResolution): Promise<DidDocument> {
  const url = documentUrl(did, plcUrl);
  const headers = { accept: 'application/did+ld+json, application/did+json, application/json' };
  const response = await fetch(url, { headers }).catch((cause: unknown) => {
    const code = isAnswer(cause) ? 'DidDocumentInvalid' : 'IdentityUnreachable';
    throw unresolved(code, did, describeCause(cause, url), cause);
  });
  if (response.status === 404) throw unresolved('DidNotFound', did, `${url.host} does not know it`);
  if (response.status === 410) throw unresolved('DidGivenUp', did, `${url.host} says that it was given up`);
  if (!response.ok) {
    throw unresolved('IdentityUnreachable', did, `${url.host} answered with status ${response.status}`);
  }
  const json: unknown = await response.json().catch((cause: unknown) => {
    throw unresolved('DidDocumentInvalid', did, `${url.host} did not answer with JSON`, cause);
  });
  return parseDidDocument(did, json);
}

function documentUrl(did: Did, plcUrl: string): URL {
  if (isWeb(did)) return webDidToDocumentUrl(did);
  return new URL(`${plcUrl.replace(/\/+$/, '')}/${did}`);
}

function isWeb(did: string): did is `did:web:${string}` {
  return did.startsWith('did:web:');
}

/** Somebody was there and answered what we do not take; asking again changes nothing. */
export function isAnswer(cause: unknown): boolean {
  return cause instanceof OutboundError && (cause.reason === 'redirect' || cause.reason === 'large');
}

/** The rest of a sentence about a request that gave no answer, with the setting that would let it pass. */
export function describeCause(cause: unknown, url: URL): string {
  if (!(cause instanceof OutboundError)) return `${url.host} could not be asked`;
  const sentence = cause.message.replace(/\.$/, '').replace(/^(?:A|The) /, (word) => word.toLowerCase());
  if (cause.reason !== 'forbidden') return sentence;
  return `${sentence}; where it is yours and meant, name ${url.host} in GROUNDMIST_PRIVATE_HOSTS`;
}

function unresolved(code: FailureCode, did: Did, why: string, cause?: unknown): Failure {
  return new Failure(code, `The identity ${did} could not be resolved: ${why}.`, { cause });
}
