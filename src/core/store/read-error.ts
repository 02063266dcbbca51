import { DatabaseUnsteadyError } from '../../platform/read-only-database.ts';
import { Failure, type FailureCode } from '../failure.ts';

/** What an error of reading `what` means for the person: damage, a closed door, or too much at once. */
export function explainReadError(what: string, error: unknown): unknown {
  if (error instanceof Failure || !(error instanceof Error)) return error;
  if (error instanceof DatabaseUnsteadyError) {
    return new Failure('Busy', `${what} is written to without a pause; try again in a moment.`, {
      cause: error,
    });
  }
  const code = 'code' in error ? String(error.code) : '';
  const explained = explanations.find(([pattern]) => pattern.test(code));
  if (!explained) return error;
  const [, failureCode, sentence] = explained;
  return new Failure(failureCode, `${what} ${sentence} (${code}).`, { cause: error });
}

const explanations: readonly (readonly [RegExp, FailureCode, string])[] = [
  [/^SQLITE_(?:NOTADB|CORRUPT|ERROR|FORMAT)/, 'StoreDamaged', 'has a store that does not read as one'],
  [
    /^(?:EACCES|EPERM|SQLITE_(?:PERM|AUTH|CANTOPEN))/,
    'StoreUnavailable',
    'may not be read by this user: run this as the owner of the data directory',
  ],
  [
    /^(?:ENOSPC|EDQUOT|SQLITE_FULL)/,
    'StoreUnavailable',
    'needs room for a private copy: set TMPDIR to a folder with more',
  ],
  [/^(?:EIO|SQLITE_IOERR)/, 'StoreUnavailable', 'cannot be read from the disk'],
  [/^SQLITE_(?:BUSY|LOCKED)/, 'Busy', 'is busy; try again in a moment'],
];
