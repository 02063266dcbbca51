import { NewerDatabaseError } from '../../platform/database.ts';
import { Failure } from '../failure.ts';
import { errorCode } from './error-code.ts';

/**
 * A Failure as it is; what SQLite or the file system say of `what` as `StoreUnavailable`, or as
 * `StoreDamaged` where SQLite found its file broken, or `StoreNewer` where a newer groundmist has been there.
 */
export function toStoreFailure(error: unknown, what: string): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof NewerDatabaseError) return storeNewer(what, error);
  const code = errorCode(error);
  if (code?.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') {
    return new Failure(
      'StoreDamaged',
      `${what} is damaged (${code}). Keep a copy of it and bring it back from a backup.`,
      { cause: error },
    );
  }
  return new Failure('StoreUnavailable', `${what} cannot be used: ${explain(error)}.`, { cause: error });
}

export function storeNewer(what: string, cause?: unknown): Failure {
  return new Failure(
    'StoreNewer',
    `${what} was used by a newer groundmist, and this one would not understand all of it. Nothing was changed: install the newer one again, or restore a backup from before the upgrade.`,
    { cause },
  );
}

/** Whether an error says that there is no room: of the disk, or of this user's part of it. */
export function isWithoutRoom(error: unknown): boolean {
  return ['SQLITE_FULL', 'ENOSPC', 'EDQUOT'].includes(errorCode(error) ?? '');
}

/** Whether an error leaves open what is on the disk now. */
export function isDiskBroken(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'EIO' || (code?.startsWith('SQLITE_IOERR') ?? false);
}

function explain(error: unknown): string {
  const code = errorCode(error);
  if (isWithoutRoom(error)) return 'the disk is full';
  if (isDiskBroken(error)) {
    return `the disk reported an error (${code}); nothing is stored until a restart`;
  }
  return code ?? 'an unexpected error';
}
