import { diskRoom } from '../platform/files.ts';
import type { Withdrawals } from './auth/withdrawals.ts';
import type { Reports } from './reports.ts';

/** Less than one sign-in or one edit of a document may need. */
const leastFreeBytes = 1024 * 1024;

export interface Readiness {
  /** Why no document can be stored now, a sentence. */
  readonly whyReadOnly: string | undefined;
  readonly dataDirectory: string;
  readonly reports: Pick<Reports, 'read'>;
  readonly withdrawals: Pick<Withdrawals, 'delay' | 'entries' | 'isReserved'>;
}

/** Why the server cannot do all of its work now, one sentence a reason. */
export function whyNotReady({
  dataDirectory,
  whyReadOnly,
  withdrawals,
  reports,
}: Readiness): readonly string[] {
  const reasons: string[] = [];
  if (diskRoom(dataDirectory).freeBytes < leastFreeBytes) {
    reasons.push(
      `The disk of ${dataDirectory} is full: what is stored can be read, nothing new is accepted. Make room on it.`,
    );
  }
  if (whyReadOnly !== undefined) reasons.push(whyReadOnly);
  const waiting = withdrawals.entries.length;
  if (waiting > 0) {
    reasons.push(`${waiting} of your refusals hold and wait to be written: ${withdrawals.delay}`);
  }
  if (!withdrawals.isReserved) {
    reasons.push(
      'No room could be reserved for revoking apps on a full disk. Make room and start groundmist again.',
    );
  }
  return [...reasons, ...reports.read().reasons];
}
