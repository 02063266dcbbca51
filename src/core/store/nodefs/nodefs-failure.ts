import { Failure } from '../../failure.ts';
import { errorCode } from '../error-code.ts';
import { toStoreFailure } from '../store-failure.ts';

/** What SQLite says of the index, and the file system of the files. A broken index costs a restart, and no data. */
export function toNodefsFailure(error: unknown): Failure {
  const code = errorCode(error) ?? '';
  if (!code.startsWith('SQLITE_CORRUPT') && code !== 'SQLITE_NOTADB')
    return toStoreFailure(error, 'The store');
  const message = `The index of the documents is damaged (${code}); it is made anew when the server starts again.`;
  return new Failure('StoreUnavailable', message, { cause: error });
}
