import type { DiskRoom } from '../platform/files.ts';
import type { Withdrawals } from './auth/withdrawals.ts';
import type { Reports } from './reports.ts';
import type { Disk } from './store/disk.ts';
import type { Stores } from './store/stores.ts';

/** Less than one sign-in or one edit of a document may need. */
const leastFreeBytes = 1024 * 1024;

export interface Readiness {
  /** What keeps the server from doing all of its work now, as sentences for the owner; empty when it is ready. */
  whyNotReady(): readonly string[];
  /** The same without what will be well by itself: namespaces that are being opened. */
  troubles(): readonly string[];
  /** It ends soon, and is not ready any more. */
  noteStopping(): void;
}

export interface ReadinessSources extends Pick<Circumstances, 'dataDirectory' | 'withdrawals' | 'reports'> {
  readonly stores: Pick<Stores, 'whyFailed' | 'whyOpening'> & {
    readonly disk: Pick<Disk, 'whyReadOnly' | 'room'>;
  };
}

/** Whether the server is ready, found out each time it is asked. */
export function readinessOf({ stores, ...sources }: ReadinessSources): Readiness {
  let isStopping = false;
  const because = (unserved: readonly string[]): readonly string[] =>
    whyNotReady({
      ...sources,
      isStopping,
      room: stores.disk.room,
      whyReadOnly: stores.disk.whyReadOnly,
      unserved,
    });
  return {
    whyNotReady: () => because([...stores.whyFailed(), ...stores.whyOpening()]),
    troubles: () => because(stores.whyFailed()),
    noteStopping: () => void (isStopping = true),
  };
}

export interface Circumstances {
  readonly isStopping: boolean;
  /** Why no document can be stored now, a sentence. */
  readonly whyReadOnly: string | undefined;
  readonly dataDirectory: string;
  readonly room: DiskRoom;
  readonly reports: Pick<Reports, 'read'>;
  readonly withdrawals: Pick<Withdrawals, 'delay' | 'entries' | 'isReserved'>;
  /** Why namespaces are not served, a sentence for each. */
  readonly unserved: readonly string[];
}

/** Why the server cannot do all of its work now, one sentence a reason. */
export function whyNotReady({
  isStopping,
  dataDirectory,
  room,
  whyReadOnly,
  withdrawals,
  unserved,
  reports,
}: Circumstances): readonly string[] {
  const reasons = isStopping ? ['The server is stopping; what it acknowledged is on disk.'] : [];
  if (room.freeBytes < leastFreeBytes) {
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
  return [...reasons, ...unserved, ...reports.read().reasons];
}
