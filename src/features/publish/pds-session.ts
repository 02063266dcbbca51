import { AtpAgent, XRPCError } from '@atproto/api';
import type { Place } from '../../core/discovery/published-record.ts';
import { quoteRemote } from '../../core/discovery/remote-words.ts';
import { Failure } from '../../core/failure.ts';
import { syncCollection, type SyncRecord } from '../../core/discovery/sync-record.ts';
import { toGlobalFetch } from '../../platform/outbound.ts';
import { pdsFailure } from './pds-failure.ts';

/** A login at the owner's PDS; it signs out when it is disposed of. */
export interface PdsSession extends AsyncDisposable {
  /** Writes the record and gives its CID. */
  put(record: SyncRecord): Promise<string>;
  remove(): Promise<void>;
}

/** Logs in as the owner, or fails with `LoginRefused`. */
export async function logIn(place: Place, password: string): Promise<PdsSession> {
  const { did, pds, fetch } = place;
  const agent = new AtpAgent({ service: pds, fetch: toGlobalFetch(fetch) });
  const session = await agent.login({ identifier: did, password }).catch((error: unknown) => {
    throw loginFailure(place, error);
  });
  if (session.data.did !== did) {
    await agent.logout();
    throw new Failure(
      'LoginRefused',
      `The password belongs to ${quoteRemote(session.data.did)}, but this server to ${did} (ATPROTO_DID).`,
    );
  }
  const key = { repo: did, collection: syncCollection, rkey: did };
  const orFail = (error: unknown): never => {
    throw pdsFailure(pds, error);
  };
  return {
    put: (record) =>
      agent.com.atproto.repo
        .putRecord({ ...key, record: { ...record } })
        .then(({ data }) => data.cid, orFail),
    remove: () => agent.com.atproto.repo.deleteRecord(key).then(() => {}, orFail),
    [Symbol.asyncDispose]: () => agent.logout(),
  };
}

/** 400 and 401 are a no of the PDS; with a second factor the account's own password is one too. */
function loginFailure({ did, pds }: Place, error: unknown): Failure {
  const isNo = error instanceof XRPCError && [400, 401].includes(error.status);
  if (!isNo) return pdsFailure(pds, error);
  return new Failure(
    'LoginRefused',
    `Your PDS ${pds.host} refused the login of ${did}: ${quoteRemote(error.message)}.`,
    {
      cause: error,
    },
  );
}
