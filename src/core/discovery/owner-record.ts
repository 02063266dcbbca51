import type { Fetch } from '../../platform/outbound.ts';
import { pdsOf } from '../identity/did-document.ts';
import type { OwnerIdentity } from '../identity/owner-identity.ts';
import { refuseInactive } from './account-status.ts';
import { readPublished, type Place, type Published } from './published-record.ts';

/** One look at the owner's record. */
export interface RecordLook {
  readonly signal: AbortSignal;
  /** Asks for the DID document anew: the account may have moved since, and its old PDS may still answer. */
  readonly isFresh: boolean;
}

/** The owner's record, read where their DID document says that it is; undefined where an account that is served has none. */
export async function readOwnerRecord(
  identity: OwnerIdentity,
  send: Fetch,
  { signal, isFresh }: RecordLook,
): Promise<Published | undefined> {
  const pds = pdsOf(await (isFresh ? identity.refresh() : identity.document()));
  const fetch: Fetch = (input, init) => send(input, { ...init, signal });
  return readServed({ did: identity.did, pds, fetch });
}

/** As `readPublished`, but an account that is not active has no record that could be missed: `AccountInactive`. */
export async function readServed(place: Place): Promise<Published | undefined> {
  const published = await readPublished(place);
  if (published === undefined) await refuseInactive(place);
  return published;
}
