import { AtpAgent, XRPCError } from '@atproto/api';
import type { Did } from '../../core/identity/did.ts';
import { parseSyncRecord, syncCollection } from '../../core/lexicon/sync-record.ts';
import { toGlobalFetch, type Fetch } from '../../platform/outbound.ts';
import { pdsFailure } from './pds-failure.ts';

/** Whose record, and where it lives. */
export interface Place {
  readonly did: Did;
  readonly pds: URL;
  readonly fetch: Fetch;
}

export interface Published {
  /** Undefined where the record names none that an app could use. */
  readonly host: string | undefined;
  readonly cid: string | undefined;
}

/** The record as anybody sees it, or undefined where there is none. */
export async function readPublished({ did, pds, fetch }: Place): Promise<Published | undefined> {
  const agent = new AtpAgent({ service: pds, fetch: toGlobalFetch(fetch) });
  try {
    const { data } = await agent.com.atproto.repo.getRecord({
      repo: did,
      collection: syncCollection,
      rkey: did,
    });
    return { host: parseSyncRecord(data.value)?.host, cid: data.cid };
  } catch (error) {
    if (error instanceof XRPCError && error.error === 'RecordNotFound') return undefined;
    throw pdsFailure(pds, error);
  }
}
