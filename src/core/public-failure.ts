import type { Logger } from '@logtape/logtape';
import { Failure, toFailure, type FailureCode } from './failure.ts';
import { identityFailures } from './identity-failures.ts';

/** What a stranger hears instead of sentences that name folders, settings and reasons of this machine. */
const outside: Partial<Record<FailureCode, string>> = {
  ConfigurationInvalid: 'This server is not set up right; its owner finds the reason in its log.',
  StoreUnavailable: 'This server cannot use its storage; its owner finds the reason in its log.',
  StoreDamaged: 'What this server has stored is damaged; its owner finds the reason in its log.',
  Internal: 'Something went wrong inside groundmist.',
};

const lowestServerError = 500;

/** What the network may hear of `error`. What it may not, and all that is no fault of who asked, is logged under the id that they hear. */
export function toPublicFailure(error: unknown, log: Logger, requestId: string): Failure {
  const failure = toFailure(error);
  const { code, message, cause } = failure;
  const sentence = outside[code];
  if (sentence !== undefined) {
    const why = code === 'Internal' ? { reason: cause } : { reason: message, cause };
    log.error('A request failed: {reason}', { code, ...why, requestId });
    return new Failure(code, sentence, { cause: failure });
  }
  const properties = { code, message, cause, requestId };
  // Who still asks while the server stops is told to come again, as it should be.
  if (failure.kind.status < lowestServerError || code === 'Stopping')
    log.debug('A request was refused, {code}: {message}', properties);
  else log.warn('A request could not be answered, {code}: {message}', properties);
  return Object.hasOwn(identityFailures, code) ? unresolved(failure) : failure;
}

/** What is wrong with the owner's identity is for the owner; an app hears that it must wait. */
function unresolved(cause: Failure): Failure {
  const sentence = 'The DID document of the owner cannot be had at the moment; try again in a minute.';
  return new Failure('IdentityUnresolved', sentence, { cause });
}
