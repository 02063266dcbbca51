import type { Place } from '../../core/discovery/published-record.ts';
import { unlessAborted } from '../../platform/cancelled.ts';
import { lastWords } from '../../platform/last-words.ts';
import type { LoginContext } from './pds-session.ts';

/** Also for the answer to a login that Ctrl-C left under way: only with it there is something to sign out of. */
const patienceMs = 10_000;

/**
 * Ends what a login opened, by `end`, which throws where the PDS did not confirm that nothing is open. Made before the
 * login is, for an answer that gets lost leaves a session too; the person is told of it whatever ends the command.
 */
export function signingOut(
  { pds }: Place,
  say: LoginContext['say'],
  end: () => Promise<void>,
): AsyncDisposable {
  const leftOpen =
    `A login may have been left open: your PDS ${pds.host} did not confirm the sign-out. It was kept nowhere here and ` +
    'ends by itself; where you want it to end now, look at the sessions and app passwords of your account.';
  const words = lastWords(leftOpen);
  return {
    async [Symbol.asyncDispose]() {
      await unlessAborted(AbortSignal.timeout(patienceMs), end()).catch(() => say(leftOpen));
      words[Symbol.dispose]();
    },
  };
}
