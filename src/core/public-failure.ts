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

/** What the network may hear of `error`; what it may not is logged. */
export function toPublicFailure(error: unknown, log: Logger): Failure {
  const failure = toFailure(error);
  if (Object.hasOwn(identityFailures, failure.code)) return unresolved(failure);
  const sentence = outside[failure.code];
  if (sentence === undefined) return failure;
  const reason = failure.code === 'Internal' ? failure.cause : failure.message;
  log.error('A request failed: {reason}', { reason, cause: failure.cause });
  return new Failure(failure.code, sentence, { cause: failure });
}

/** What is wrong with the owner's identity is for the owner; an app hears that it must wait. */
function unresolved(cause: Failure): Failure {
  const sentence = 'The DID document of the owner cannot be had at the moment; try again in a minute.';
  return new Failure('IdentityUnresolved', sentence, { cause });
}
