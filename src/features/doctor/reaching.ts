import { statSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { isAllowed, type User } from '../../platform/users.ts';

/** The nearest folder above an absolute path that this user may not enter, as far as ours may look. */
export function findClosedFolder(path: string, user: User): string | undefined {
  const folders: string[] = [];
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    folders.unshift(folder);
    if (folder === dirname(folder)) break;
  }
  return folders.find((folder) => {
    const stats = lookAt(folder);
    return stats !== undefined && !isAllowed(stats, user, 1);
  });
}

/** Undefined where there is nothing, or this user may not see it. */
export function lookAt(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/** Whether something may be there that this user may not see. */
export function isHidden(path: string): boolean {
  try {
    statSync(path);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EACCES';
  }
}

/** The path itself; of one that is not there yet, the folder above it that is. */
export function nearestThere(path: string): string {
  return lookAt(path) !== undefined || path === dirname(path) ? path : nearestThere(dirname(path));
}

/** The mode as `ls` and `chmod` have it: `0640`. */
export function modeWord({ mode }: Pick<Stats, 'mode'>): string {
  return (mode & 0o7777).toString(8).padStart(4, '0');
}
