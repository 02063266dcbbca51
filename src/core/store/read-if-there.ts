import { readFileSync } from 'node:fs';
import { hasErrorCode } from './error-code.ts';

/** The bytes of a file; undefined where there is none. */
export function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
