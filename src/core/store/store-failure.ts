import { Failure } from '../failure.ts';
import { errorCode } from './error-code.ts';

/**
 * A Failure as it is; what SQLite or the file system say of `what` as `StoreUnavailable`, or as
 * `StoreDamaged` where SQLite found its file broken.
 */
export function toStoreFailure(error: unknown, what: string): Failure {
  if (error instanceof Failure) return error;
  const code = errorCode(error);
  if (code?.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') {
    return new Failure(
      'StoreDamaged',
      `${what} is damaged (${code}). Keep a copy of it and bring it back from a backup.`,
      { cause: error },
    );
  }
  return new Failure('StoreUnavailable', `${what} cannot be used: ${explain(code)}.`, { cause: error });
}

function explain(code: string | undefined): string {
  if (code === 'SQLITE_FULL' || code === 'ENOSPC') return 'the disk is full';
  if (code?.startsWith('SQLITE_IOERR')) {
    return `the disk reported an error (${code}); nothing more is written until groundmist starts again`;
  }
  return code ?? 'an unexpected error';
}
