import { getPublicKeyFromDidController, type FoundPublicKey } from '@atcute/crypto';
import {
  getAtprotoHandle,
  getAtprotoVerificationMaterial,
  type DidDocument as AtprotoDidDocument,
} from '@atcute/identity';
import { z } from 'zod';
import { escapeUnprintable } from '../../platform/escape.ts';
import { Failure, type FailureCode } from '../failure.ts';
import type { Did } from './did.ts';
import { isLoopbackHost } from './public-url.ts';

/** What we need of a DID document; a `DidDocument` of @atcute/identity too, so its libraries take it as it is. */
export type DidDocument = AtprotoDidDocument & { readonly id: Did };

const pdsId = '#atproto_pds';
const pdsType = 'AtprotoPersonalDataServer';

/** The entries of a list that are of the usual form; what else stands in it is somebody else's, and no list is an empty one. */
function entries<Entry>(schema: z.ZodType<Entry>) {
  return z
    .array(z.unknown())
    .catch([])
    .transform((list) => list.flatMap((entry) => schema.safeParse(entry).data ?? []));
}

const schema = z.object({
  id: z.string(),
  alsoKnownAs: entries(z.string()),
  verificationMethod: entries(
    z.object({
      id: z.string(),
      type: z.string(),
      // Several are allowed, and none of them changes whose key it is.
      controller: z.string().catch(''),
      publicKeyMultibase: z.string().optional().catch(undefined),
    }),
  ),
  service: entries(
    z.object({
      id: z.string(),
      type: z.union([z.string(), z.array(z.string())]),
      serviceEndpoint: z.unknown(),
    }),
  ),
});

/** The document of `did`, or `DidDocumentInvalid` where `json` is none or is another's. */
export function parseDidDocument(did: Did, json: unknown): DidDocument {
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const problem = parsed.error.issues[0];
    const where = problem?.path.join('.') ?? '';
    throw unusable(
      'DidDocumentInvalid',
      did,
      `is not one: ${where === '' ? '' : `${where}: `}${problem?.message ?? 'unknown'}`,
    );
  }
  const { id } = parsed.data;
  if (id !== did) throw unusable('DidDocumentInvalid', did, `is that of ${quote(id)}`);
  return parsed.data as DidDocument;
}

/**
 * The key that signs for the account, `#atproto` (https://atproto.com/specs/did): a Multikey, or in the older
 * forms EcdsaSecp256k1VerificationKey2019 and EcdsaSecp256r1VerificationKey2019. `SigningKeyMissing`, `SigningKeyInvalid`.
 */
export function signingKeyOf(document: DidDocument): FoundPublicKey {
  const material = getAtprotoVerificationMaterial(document);
  if (material === undefined) {
    throw unusable('SigningKeyMissing', document.id, 'names no signing key (#atproto)');
  }
  try {
    return getPublicKeyFromDidController(material);
  } catch (cause) {
    const why = 'names a signing key (#atproto) of a kind that atproto does not know';
    throw unusable('SigningKeyInvalid', document.id, why, cause);
  }
}

/** Where the account's repository lives, `#atproto_pds`: an origin. `PdsMissing`, `PdsInvalid`. */
export function pdsOf(document: DidDocument): URL {
  const service = document.service?.find(
    ({ id, type }) => (id === pdsId || id === document.id + pdsId) && [type].flat().includes(pdsType),
  );
  if (service === undefined) throw unusable('PdsMissing', document.id, `names no PDS (${pdsId})`);
  const endpoint = service.serviceEndpoint;
  const url = typeof endpoint === 'string' ? URL.parse(endpoint) : null;
  const why = url === null ? 'that is no URL' : whyNotPds(url);
  if (url !== null && why === undefined) return url;
  const named = typeof endpoint === 'string' ? ` ${quote(endpoint)}` : '';
  throw unusable('PdsInvalid', document.id, `names a PDS (${pdsId})${named} ${why}`);
}

/** The handle that the identity claims, lower case; it counts only where the handle also leads to the DID. */
export function handleOf(document: DidDocument): string | undefined {
  return getAtprotoHandle(document)?.toLowerCase();
}

/** As the rest of a sentence. A password is sent there. */
function whyNotPds(url: URL): string | undefined {
  if (url.username !== '' || url.password !== '') return 'with a user in its URL';
  const isOrigin = url.pathname === '/' && url.search === '' && url.hash === '';
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'that is no https URL';
  if (url.protocol === 'http:' && !isLoopbackHost(url.hostname)) return 'without TLS';
  return isOrigin ? undefined : 'with more in its URL than a host';
}

function quote(text: string): string {
  return `"${escapeUnprintable(text.slice(0, 80))}"`;
}

function unusable(code: FailureCode, did: Did, why: string, cause?: unknown): Failure {
  return new Failure(code, `The DID document of ${did} ${why}.`, { cause });
}
