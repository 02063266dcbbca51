import { Cancelled } from '../../platform/cancelled.ts';
import { Failure } from '../failure.ts';
import { errorCode } from '../store/error-code.ts';
import { explainReadError } from '../store/read-error.ts';
import { isWithoutRoom } from '../store/store-failure.ts';

/** What went wrong with `what` while files were written into `folder`, as a sentence; nothing of it is left there. */
export function explainBackupError(error: unknown, what: string, folder: string): unknown {
  if (error instanceof Cancelled) return error;
  const cause = rootOf(error);
  if (isWithoutRoom(cause)) {
    return new Failure('StoreUnavailable', `The disk of ${folder} is full; nothing was left behind on it.`, {
      cause: error,
    });
  }
  if (error instanceof Failure) return error;
  const code = errorCode(error);
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    const where = pathOf(error) ?? folder;
    return new Failure(
      'StoreUnavailable',
      `This user may not write or read what it has to, at ${where} (${code}). A systemd unit names the folders that it writes to in ReadWritePaths=.`,
      {
        cause: error,
      },
    );
  }
  return explainReadError(what, error);
}

/** A store says of a full disk that it cannot be used, and keeps what SQLite said. */
function rootOf(error: unknown): unknown {
  let root = error;
  while (root instanceof Failure && root.cause instanceof Error) root = root.cause;
  return root;
}

function pathOf(error: unknown): string | undefined {
  return error instanceof Error && 'path' in error && typeof error.path === 'string' ? error.path : undefined;
}
