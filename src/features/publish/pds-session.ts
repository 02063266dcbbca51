import { XRPCError, type Agent } from '@atproto/api';
import type { Place, Published } from '../../core/discovery/published-record.ts';
import { syncCollection, type SyncRecord } from '../../core/discovery/sync-record.ts';
import { Failure } from '../../core/failure.ts';
import { pdsFailure } from './pds-failure.ts';

/** A login at the owner's PDS; it signs out when it is disposed of. */
export interface PdsSession extends AsyncDisposable {
  /** Writes the record in place of what was seen there, and gives its CID; fails with `RecordChanged` where that is no longer there. */
  put(record: SyncRecord, seen: Published | undefined): Promise<string>;
  /** Takes away what was seen there, or fails as `put` does. */
  remove(seen: Published): Promise<void>;
}

/** How a login was made, and how it ends. */
export interface Login {
  readonly agent: Pick<Agent, 'com'>;
  /** Ends the session at the PDS, or throws. */
  signOut(): Promise<void>;
}

/** What a login has of the command that it is made for. */
export interface LoginContext {
  readonly signal: AbortSignal;
  /** Tells the person. */
  say(sentence: string): void;
}

export function openSession(place: Place, login: Login, { signal, say }: LoginContext): PdsSession {
  const { repo } = login.agent.com.atproto;
  const key = { repo: place.did, collection: syncCollection, rkey: place.did };
  const orFail = (error: unknown): never => {
    signal.throwIfAborted();
    throw writeFailure(place, error);
  };
  return {
    put: (record, seen) =>
      repo
        .putRecord(
          { ...key, record: { ...record }, ...(seen === undefined ? { swapRecord: null } : swapOf(seen)) },
          { signal },
        )
        .then(({ data }) => data.cid, orFail),
    remove: (seen) => repo.deleteRecord({ ...key, ...swapOf(seen) }, { signal }).then(() => {}, orFail),
    async [Symbol.asyncDispose]() {
      await login.signOut().catch(() => say(leftOpen(place)));
    },
  };
}

/** A record of another app in between is not overwritten unseen. Null in its place says that there was none. */
function swapOf({ cid }: Published) {
  return cid === undefined ? {} : { swapRecord: cid };
}

function writeFailure(place: Place, error: unknown): Failure {
  if (error instanceof XRPCError && error.error === 'InvalidSwap') {
    return new Failure(
      'RecordChanged',
      'Another app changed the record while this was under way, so it was left as it is.',
      { cause: error },
    );
  }
  return pdsFailure(place.pds, error);
}

function leftOpen({ pds }: Place): string {
  return (
    `Your PDS ${pds.host} did not confirm the sign-out. The session was kept nowhere here and ends by itself; ` +
    'where you want it to end now, look at the sessions and app passwords of your account.'
  );
}
