import { accessSync, constants, realpathSync, statSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { shellWord } from '../../platform/shell-word.ts';
import { currentUser, isAllowed, type Need, type User } from '../../platform/users.ts';

/** The first folder on the way to an absolute path that this user may not enter, as far as ours may look. */
export function findClosedFolder(path: string, user: User): string | undefined {
  return foldersAbove(path).find((folder) => !mayUse(folder, user, 1));
}

const othersWrite = 0o002;
const sticky = 0o1000;

/** The first folder on the way to an absolute path in which every user may put another thing in place of what is there. */
export function findOpenFolder(path: string): string | undefined {
  return foldersAbove(path).find((folder) => {
    const mode = lookAt(folder)?.mode ?? 0;
    return (mode & othersWrite) !== 0 && (mode & sticky) === 0;
  });
}

function foldersAbove(path: string): readonly string[] {
  const folders: string[] = [];
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    folders.unshift(folder);
    if (folder === dirname(folder)) return folders;
  }
}

/** Whether a user may do this with what is there. Of ours the system knows best, of others the mode has to tell. */
export function mayUse(path: string, user: User, need: Need): boolean {
  if (user.id === currentUser()?.id) return !isRefused(() => accessSync(path, need));
  const stats = lookAt(path);
  return stats === undefined || isAllowed(stats, user, need);
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
  return isRefused(() => statSync(path));
}

/** Whether its disk is mounted for reading only, which no mode says. */
export function isReadOnly(path: string): boolean {
  return isRefused(() => accessSync(path, constants.W_OK), 'EROFS');
}

function isRefused(attempt: () => unknown, code = 'EACCES'): boolean {
  try {
    attempt();
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === code;
  }
}

/** A path for a shell, through links: what goes through a whole folder passes them over. */
export function shellPath(path: string): string {
  try {
    return shellWord(realpathSync(path));
  } catch {
    return shellWord(path);
  }
}

/** The mode as `ls` and `chmod` have it: `0640`. */
export function modeWord({ mode }: Pick<Stats, 'mode'>): string {
  return (mode & 0o7777).toString(8).padStart(4, '0');
}
