import { randomBytes } from 'node:crypto';
import { makeShortId } from './auth/short-id.ts';

/** What names one request, in its answer and in the log. */
export const requestIdHeader = 'x-request-id';

export function makeRequestId(): string {
  return makeShortId(randomBytes);
}
