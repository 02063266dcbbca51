import { freeBytes } from '../platform/files.ts';
import type { Withdrawals } from './auth/withdrawals.ts';

/** Less than one sign-in or one edit of a document may need. */
const leastFreeBytes = 1024 * 1024;

export interface Readiness {
  readonly dataDirectory: string;
  readonly withdrawals: Pick<Withdrawals, 'delay' | 'entries' | 'isReserved'>;
}

/** Why the server cannot do all of its work now, one sentence a reason. */
export function whyNotReady({ dataDirectory, withdrawals }: Readiness): readonly string[] {
  const reasons: string[] = [];
  if (freeBytes(dataDirectory) < leastFreeBytes) {
    reasons.push(
      `The disk of ${dataDirectory} is full: what is stored can be read, nothing new is accepted. Make room on it.`,
    );
  }
  const waiting = withdrawals.entries.length;
  if (waiting > 0) {
    reasons.push(`${waiting} of your refusals hold and wait to be written: ${withdrawals.delay}`);
  }
  if (!withdrawals.isReserved) {
    reasons.push(
      'No room could be reserved for revoking apps on a full disk. Make room and start groundmist again.',
    );
  }
  return reasons;
}
