import { closeSync, openSync } from 'node:fs';
import { hasErrorCode } from './error-code.ts';

/**
 * Makes an empty file that only this user may read, where there is none. An existing file is not even
 * opened: closing it again would drop the locks that SQLite of this process holds on it (POSIX fcntl).
 */
export function createPrivateFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if (!hasErrorCode(error, 'EEXIST')) throw error;
  }
}
