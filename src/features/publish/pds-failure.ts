import { XRPCError } from '@atproto/api';
import { quoteRemote } from '../../core/discovery/remote-words.ts';
import { Failure } from '../../core/failure.ts';
import { describeCause } from '../../core/identity/resolve-did.ts';
import { OutboundError } from '../../platform/outbound-error.ts';

const tooManyRequests = 429;
const forbidden = 403;
/** The library has numbers of its own, below those of HTTP, for answers that it cannot use. */
const lowestStatus = 100;

/** Nobody was there to take a request. */
const unheard = ['ECONNREFUSED', 'ENETUNREACH', 'EHOSTUNREACH', 'ENOTFOUND'];

/** Whether a request surely changed nothing: it never left, or the PDS said no. Of any other failure nobody here knows. */
export function hadNoEffect(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof OutboundError && error.reason === 'forbidden') return true;
  if ('code' in error && unheard.includes(String(error.code))) return true;
  const status: number = error instanceof XRPCError ? error.status : 0;
  return (status >= 400 && status < 500) || hadNoEffect(error.cause);
}

/** What went wrong between us and the owner's PDS, in a sentence; it quotes the PDS, without what a terminal would obey. */
export function pdsFailure(pds: URL, error: unknown): Failure {
  if (error instanceof Failure) return error;
  const cause = error instanceof XRPCError ? error.cause : error;
  if (cause instanceof OutboundError) {
    return new Failure('PdsUnavailable', `Your PDS could not be asked: ${describeCause(cause, pds)}.`, {
      cause: error,
    });
  }
  if (!(error instanceof XRPCError)) {
    return new Failure('PdsUnavailable', `Your PDS ${pds.host} could not be asked.`, { cause: error });
  }
  const status: number = error.status;
  if (status < lowestStatus) {
    const sentence = `What answers as your PDS at ${pds.host} does not speak as a PDS does.`;
    return new Failure('PdsUnavailable', sentence, { cause: error });
  }
  if (status === tooManyRequests) return rateLimited(pds, error);
  const code = status === forbidden ? 'LoginRefused' : 'PdsUnavailable';
  return new Failure(code, `Your PDS ${pds.host} answered: ${quoteRemote(error.message)}.`, { cause: error });
}

/** PDSes say in `ratelimit-reset` when it ends, in seconds since 1970. */
function rateLimited(pds: URL, error: XRPCError): Failure {
  const resetSeconds = Number(error.headers?.['ratelimit-reset'] ?? Number.NaN);
  const reset = new Date(resetSeconds * 1000);
  const until = Number.isNaN(reset.getTime()) ? '' : ` Try again after ${reset.toISOString()}.`;
  return new Failure('RateLimited', `Your PDS ${pds.host} was asked too often.${until}`, { cause: error });
}
