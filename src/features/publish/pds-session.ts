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

/** What a login has of the command that it is made for. */
export interface LoginContext {
  readonly signal: AbortSignal;
  /** Tells the person. */
  say(sentence: string): void;
}

/** A login that was made, and what ends it. */
export interface Login extends Pick<LoginContext, 'signal'> {
  readonly agent: Pick<Agent, 'com'>;
  readonly signOut: AsyncDisposable;
}

export function openSession(place: Place, { agent, signOut, signal }: Login): PdsSession {
  const { repo } = agent.com.atproto;
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
    [Symbol.asyncDispose]: () => signOut[Symbol.asyncDispose](),
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
