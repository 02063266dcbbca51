import { z } from 'zod';
import type { Fetch } from '../../platform/outbound.ts';
import { Failure } from '../failure.ts';
import type { Did } from '../identity/did.ts';
import { describeCause } from '../identity/resolve-did.ts';
import { refuseInactive } from './account-status.ts';
import { quoteRemote } from './remote-words.ts';
import { parseSyncRecord, syncCollection } from './sync-record.ts';

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
  /** The record as it is. */
  readonly value: unknown;
}

const answerSchema = z.object({ value: z.unknown(), cid: z.string().optional() });
const refusalSchema = z.object({ error: z.string(), message: z.string().optional() });

/**
 * The record as anybody sees it, undefined where there is none (`com.atproto.repo.getRecord`). Fails with `PdsUnavailable`, or with
 * `AccountInactive` where the PDS refuses for that reason.
 */
export async function readPublished(place: Place): Promise<Published | undefined> {
  const { did, pds, fetch } = place;
  const url = new URL('/xrpc/com.atproto.repo.getRecord', pds);
  url.search = new URLSearchParams({ repo: did, collection: syncCollection, rkey: did }).toString();
  const response = await fetch(url).catch((cause: unknown) => {
    throw unavailable(`Your PDS could not be asked: ${describeCause(cause, pds)}.`, cause);
  });
  const json: unknown = await response.json().catch(() => undefined);
  if (!response.ok) {
    const refusal = refusalSchema.safeParse(json).data;
    if (refusal?.error === 'RecordNotFound') return undefined;
    await refuseInactive(place);
    const words = refusal === undefined ? `status ${response.status}` : (refusal.message ?? refusal.error);
    throw unavailable(`Your PDS ${pds.host} answered: ${quoteRemote(words)}.`);
  }
  const answer = answerSchema.safeParse(json).data;
  if (answer === undefined) {
    throw unavailable(`What answers as your PDS at ${pds.host} does not speak as a PDS does.`);
  }
  return { host: parseSyncRecord(answer.value)?.host, cid: answer.cid, value: answer.value };
}

function unavailable(sentence: string, cause?: unknown): Failure {
  return new Failure('PdsUnavailable', sentence, { cause });
}
