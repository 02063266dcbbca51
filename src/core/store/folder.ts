import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { Failure } from '../failure.ts';
import { hasErrorCode } from './error-code.ts';

/** What lies in a folder; nothing where it does not exist. `StoreUnavailable` where it cannot be read. */
export async function readFolder(directory: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(directory, { withFileTypes: true });
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return [];
    const reason = error instanceof Error ? error.message : String(error);
    throw new Failure(
      'StoreUnavailable',
      `The folder ${directory} cannot be read (${reason}). Check who owns it.`,
      { cause: error },
    );
  }
}
