import { AtpAgent, XRPCError } from '@atproto/api';
import type { Place } from '../../core/discovery/published-record.ts';
import { quoteRemote } from '../../core/discovery/remote-words.ts';
import { Failure } from '../../core/failure.ts';
import { unlessAborted } from '../../platform/cancelled.ts';
import { toGlobalFetch } from '../../platform/outbound.ts';
import { hide } from '../../platform/redact.ts';
import { hadNoEffect, pdsFailure } from './pds-failure.ts';
import { openSession, type LoginContext, type PdsSession } from './pds-session.ts';
import { signingOut } from './sign-out.ts';

/**
 * Logs in as the owner with an app password, or fails with `LoginRefused`. The sign-out waits for a request under way,
 * also after Ctrl-C, so that no session stays open.
 */
export async function logInByPassword(
  place: Place,
  password: string,
  { signal, say }: LoginContext,
): Promise<PdsSession> {
  signal.throwIfAborted();
  const agent = new AtpAgent({ service: place.pds, fetch: toGlobalFetch(place.fetch) });
  const attempt = agent.login({ identifier: place.did, password });
  await using opened = new AsyncDisposableStack();
  const signOut = opened.use(signingOut(place, say, () => endSession(agent, attempt)));
  const { data } = await unlessAborted(signal, attempt).catch((error: unknown) => {
    signal.throwIfAborted();
    throw loginFailure(place, error);
  });
  hide(data.accessJwt);
  hide(data.refreshJwt);
  // Where the record is written is for the identity to say, not for the answer.
  agent.sessionManager.pdsUrl = place.pds;
  signal.throwIfAborted();
  refuseUnusable(place, data);
  opened.move();
  return openSession(place, { agent, signOut, signal });
}

/** As the agent's own `logout`, which does not tell whether it worked. */
async function endSession(agent: AtpAgent, attempt: ReturnType<AtpAgent['login']>): Promise<void> {
  const opened = await attempt.catch((error: unknown) => {
    if (hadNoEffect(error)) return undefined;
    throw error;
  });
  if (opened === undefined) return;
  const headers = { authorization: `Bearer ${agent.session?.refreshJwt ?? opened.data.refreshJwt}` };
  await agent.com.atproto.server.deleteSession(undefined, { headers });
}

interface SessionData {
  readonly did: string;
  readonly active?: boolean;
  readonly status?: string;
}

function refuseUnusable({ did, pds }: Place, data: SessionData): void {
  if (data.did !== did) {
    const sentence = `The password belongs to ${quoteRemote(data.did)}, but this server to ${did} (ATPROTO_DID).`;
    throw new Failure('LoginRefused', sentence);
  }
  if (data.active !== false) return;
  const status = data.status === undefined ? 'not active' : quoteRemote(data.status);
  throw new Failure(
    'LoginRefused',
    `Your account is ${status} at ${pds.host}, so nothing can be written there. Where it moved to another PDS, ` +
      'wait until your identity names that one; else activate it again.',
  );
}

/** 400 and 401 are a no of the PDS. */
function loginFailure({ did, pds }: Place, error: unknown): Failure {
  if (!(error instanceof XRPCError) || ![400, 401].includes(error.status)) return pdsFailure(pds, error);
  return new Failure('LoginRefused', whyRefused(did, pds, error), { cause: error });
}

function whyRefused(did: string, pds: URL, { error, message }: XRPCError): string {
  switch (error) {
    case 'AuthFactorTokenRequired':
      return (
        `Your PDS ${pds.host} asks for a code that it mailed you, as it does for the password of the account itself. ` +
        'Use an app password, made in the settings of your atproto app, or --oauth.'
      );
    case 'AccountTakedown':
      return `Your PDS ${pds.host} has taken the account ${did} down: ask its operator.`;
    default:
      return `Your PDS ${pds.host} refused the login of ${did}: ${quoteRemote(message)}.`;
  }
}
