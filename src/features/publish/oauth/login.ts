import { Agent } from '@atproto/api';
import type { CommandContext } from '../../../feature.ts';
import { unlessAborted } from '../../../platform/cancelled.ts';
import { formatDuration } from '../../../platform/duration.ts';
import { openInBrowser } from '../../../platform/open-browser.ts';
import { signingOut } from '../sign-out.ts';
import { openSession, type LoginContext, type PdsSession } from '../pds-session.ts';
import { listenForCallback } from './callback-server.ts';
import { makeLoginClient, type OAuthAccount } from './client.ts';
import { oauthFailure } from './oauth-failure.ts';
import { untilAnswered } from './until-answered.ts';

const ours = /^(?:ATPROTO|GROUNDMIST)_/;
const waitMs = 10 * 60_000;
const elsewhere =
  'Where that browser is on another machine, it ends on a page that does not load. Copy the address of that page ' +
  'from the address bar and paste it here.';

const hereOnly =
  `Waiting up to ${formatDuration(waitMs / 1000)} for a browser on this machine. Without a terminal nobody can paste an ` +
  'address here: where your browser is on another machine, use `ssh -t`, or log in with an app password.';

/**
 * Logs in as the owner on the pages of their PDS, in a browser anywhere, or fails with `LoginRefused`. The right that it
 * asks for is to write this one kind of record. The sign-out waits for a request under way, so that no session stays open.
 */
export async function logInByBrowser(
  account: OAuthAccount,
  context: Pick<CommandContext, 'terminal' | 'signal'>,
  login: LoginContext,
): Promise<PdsSession> {
  const { terminal, signal } = context;
  const { place } = account;
  const orFail = (error: unknown): never => {
    signal.throwIfAborted();
    throw oauthFailure(place.pds, error);
  };
  await using callback = listenForCallback();
  const { client, state, signOut } = makeLoginClient(account, callback.redirectUri);
  const url = await client.authorize(place.did, { signal }).catch(orFail);
  // Also with --quiet: nothing goes on without it.
  terminal.problem(`Open this address in a browser, log in and allow it:\n\n${url.href}\n`);
  if (terminal.isInteractive) terminal.note(elsewhere);
  else terminal.problem(hereOnly);
  openInBrowser(url, withoutOurs(terminal.environment));
  const expected = { redirectUri: callback.redirectUri, state: state() };
  const parameters = await untilAnswered(callback.answerTo(expected.state), expected, { ...context, waitMs });
  const attempt = client.callback(parameters);
  await using opened = new AsyncDisposableStack();
  const end = async (): Promise<void> => {
    await attempt.catch(() => {});
    await signOut();
  };
  const ending = opened.use(signingOut(place, login.say, end));
  const { session } = await unlessAborted(signal, attempt).catch(orFail);
  opened.move();
  return openSession(place, { agent: new Agent(session), signOut: ending, signal });
}

/** A browser has no use for our secrets. */
function withoutOurs(environment: CommandContext['terminal']['environment']) {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !ours.test(name)));
}
