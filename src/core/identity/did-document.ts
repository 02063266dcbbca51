import { getPublicKeyFromDidController, type FoundPublicKey } from '@atcute/crypto';
import {
  getAtprotoHandle,
  getAtprotoVerificationMaterial,
  getPdsEndpoint,
  type DidDocument as AtprotoDidDocument,
} from '@atcute/identity';
import { z } from 'zod';
import { escapeUnprintable } from '../../platform/escape.ts';
import { Failure } from '../failure.ts';
import type { Did } from './did.ts';

/** What we need of a DID document; a `DidDocument` of @atcute/identity too, so its libraries take it as it is. */
export type DidDocument = AtprotoDidDocument & { readonly id: Did };

const schema = z.object({
  id: z.string(),
  alsoKnownAs: z.array(z.string()).optional(),
  verificationMethod: z
    .array(
      z.object({
        id: z.string(),
        type: z.string(),
        controller: z.string(),
        publicKeyMultibase: z.string().optional(),
      }),
    )
    .optional(),
  service: z
    .array(
      z.object({
        id: z.string(),
        type: z.union([z.string(), z.array(z.string())]),
        serviceEndpoint: z.unknown(),
      }),
    )
    .optional(),
});

/** The document of `did`, or `IdentityUnresolved` where `json` is none or is another's. */
export function parseDidDocument(did: Did, json: unknown): DidDocument {
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const problem = parsed.error.issues[0];
    const where = problem?.path.join('.') ?? '';
    throw unusable(did, `is not one: ${where === '' ? '' : `${where}: `}${problem?.message ?? 'unknown'}`);
  }
  const { id } = parsed.data;
  if (id !== did) throw unusable(did, `is that of "${escapeUnprintable(id.slice(0, 80))}"`);
  return parsed.data as DidDocument;
}

/**
 * The key that signs for the account, `#atproto` (https://atproto.com/specs/did): a Multikey, or in the older
 * forms EcdsaSecp256k1VerificationKey2019 and EcdsaSecp256r1VerificationKey2019.
 */
export function signingKeyOf(document: DidDocument): FoundPublicKey {
  const material = getAtprotoVerificationMaterial(document);
  if (material === undefined) throw unusable(document.id, 'names no signing key (#atproto)');
  try {
    return getPublicKeyFromDidController(material);
  } catch (cause) {
    throw unusable(document.id, 'names a signing key (#atproto) of a kind that atproto does not know', cause);
  }
}

/** Where the account's repository lives, `#atproto_pds`: an origin. */
export function pdsOf(document: DidDocument): URL {
  const endpoint = getPdsEndpoint(document);
  const url = endpoint === undefined ? null : URL.parse(endpoint);
  if (url === null) throw unusable(document.id, 'names no PDS (#atproto_pds)');
  if (url.username !== '' || url.password !== '') {
    throw unusable(document.id, 'names a PDS (#atproto_pds) with a user in its URL');
  }
  return url;
}

/** The handle that the identity claims, lower case; it counts only where the handle also leads to the DID. */
export function handleOf(document: DidDocument): string | undefined {
  return getAtprotoHandle(document)?.toLowerCase();
}

function unusable(did: Did, why: string, cause?: unknown): Failure {
  return new Failure('IdentityUnresolved', `The DID document of ${did} ${why}.`, { cause });
}
