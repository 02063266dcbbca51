import { OAuthCallbackError, OAuthResolverError, OAuthResponseError } from '@atproto/oauth-client';
import { quoteRemote } from '../../../core/discovery/remote-words.ts';
import { Failure } from '../../../core/failure.ts';
import { OutboundError } from '../../../platform/outbound-error.ts';

const mostCauses = 8;
const tooManyRequests = 429;
const lowestServerError = 500;
const instead = 'Log in with an app password instead.';

/** What went wrong with a login through a browser, in a sentence. */
export function oauthFailure(pds: URL, error: unknown): Failure {
  const causes = causesOf(error);
  const failure = causes.find((cause) => cause instanceof Failure);
  if (failure !== undefined) return failure;
  const outbound = causes.find((cause) => cause instanceof OutboundError);
  if (outbound !== undefined) {
    const sentence = `The login at your PDS ${pds.host} could not be made: ${whyNotAsked(outbound)}.`;
    return new Failure('PdsUnavailable', sentence, { cause: error });
  }
  const refused = causes.find((cause) => cause instanceof OAuthResponseError);
  if (refused !== undefined) return refusal(pds, refused, error);
  // The library wraps in it also what went wrong after the answer was taken, as its cause.
  if (error instanceof OAuthCallbackError && error.cause === undefined) return unansweredFailure(pds, error);
  if (error instanceof OAuthResolverError) {
    const sentence = `Your PDS ${pds.host} offers no login through a browser that can be trusted: ${deepest(causes)}. ${instead}`;
    return new Failure('PdsUnavailable', sentence, { cause: error });
  }
  const sentence = `The login through a browser did not work at your PDS ${pds.host}: ${deepest(causes)}. ${instead}`;
  return new Failure('PdsUnavailable', sentence, { cause: error });
}

/** Its authorization server may be another host, which the sentence names. */
function whyNotAsked({ message, reason }: OutboundError): string {
  const sentence = message.replace(/\.$/, '');
  if (reason !== 'forbidden') return sentence;
  return `${sentence}; where that host is yours and meant, name it in GROUNDMIST_PRIVATE_HOSTS`;
}

/** The authorization server answered a request of ours with a no. */
function refusal(pds: URL, refused: OAuthResponseError, cause: unknown): Failure {
  if (refused.status === tooManyRequests) {
    return new Failure('RateLimited', `Your PDS ${pds.host} was asked too often.`, { cause });
  }
  const words = quoteRemote(refused.errorDescription ?? refused.error ?? `status ${refused.status}`);
  const code = refused.status >= lowestServerError ? 'PdsUnavailable' : 'LoginRefused';
  const why =
    refused.error === 'invalid_scope'
      ? `It does not know the permission to write one kind of record (${words}). Update it, or log in with an app password`
      : words;
  return new Failure(code, `Your PDS ${pds.host} refused the login through a browser: ${why}.`, { cause });
}

/** The browser came back, but not with what a token can be had for. */
function unansweredFailure(pds: URL, error: OAuthCallbackError): Failure {
  const named = error.params.get('error');
  if (named === 'access_denied') {
    const sentence = 'You did not allow it in the browser, so nothing was written.';
    return new Failure('LoginRefused', sentence, { cause: error });
  }
  const why = quoteRemote(named === null ? error.message : (error.params.get('error_description') ?? named));
  const sentence = `The answer that the browser brought from ${pds.host} is not taken: ${why}.`;
  return new Failure('LoginRefused', sentence, { cause: error });
}

function causesOf(error: unknown): readonly unknown[] {
  const causes: unknown[] = [];
  for (let cause = error; cause instanceof Error && causes.length < mostCauses; cause = cause.cause) {
    causes.push(cause);
  }
  return causes;
}

/** The library checks answers with Zod, whose words are for programmers. */
function deepest(causes: readonly unknown[]): string {
  if (causes.some((cause) => cause instanceof Error && cause.name === 'ZodError')) {
    return 'what answered is not what OAuth has at that place';
  }
  const last = causes.findLast((cause) => cause instanceof Error && !cause.message.startsWith('['));
  return last instanceof Error ? quoteRemote(last.message) : 'it does not say why';
}
