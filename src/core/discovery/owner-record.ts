import type { Fetch } from '../../platform/outbound.ts';
import { pdsOf } from '../identity/did-document.ts';
import type { OwnerIdentity } from '../identity/owner-identity.ts';
import { readPublished, type Published } from './published-record.ts';

/** The owner's record, read where their DID document says that it is; aborted with `signal`. */
export async function readOwnerRecord(
  identity: OwnerIdentity,
  send: Fetch,
  signal: AbortSignal,
): Promise<Published | undefined> {
  const pds = pdsOf(await identity.document());
  const fetch: Fetch = (input, init) => send(input, { ...init, signal });
  return readPublished({ did: identity.did, pds, fetch });
}
