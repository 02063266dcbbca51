import { z } from 'zod';
import { Failure } from '../failure.ts';
import { quoteRemote } from './remote-words.ts';
import type { Place } from './published-record.ts';

const answerSchema = z.union([
  z.object({ active: z.boolean(), status: z.string().optional() }),
  z.object({ error: z.literal('RepoNotFound') }),
]);
type Answer = z.output<typeof answerSchema>;

/**
 * Throws `AccountInactive` where the PDS says that the account is not active or not there (`com.atproto.sync.getRepoStatus`). For where it gave no
 * record: of an account that it does not serve it says that in many words, for it asks another service for the record.
 */
export async function refuseInactive({ did, pds, fetch }: Place): Promise<void> {
  const url = new URL('/xrpc/com.atproto.sync.getRepoStatus', pds);
  url.search = new URLSearchParams({ did }).toString();
  const json: unknown = await fetch(url)
    .then((response) => response.json())
    .catch(() => undefined);
  const answer = answerSchema.safeParse(json).data;
  const how = answer === undefined ? undefined : whyInactive(answer);
  if (how === undefined) return;
  throw new Failure(
    'AccountInactive',
    `Your account is ${how} at ${pds.host}, so apps find nothing of it there.`,
  );
}

function whyInactive(answer: Answer): string | undefined {
  if ('error' in answer) return 'not known';
  if (answer.active) return undefined;
  return answer.status === 'takendown' ? 'taken down' : quoteRemote(answer.status ?? 'not active');
}
