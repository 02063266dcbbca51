import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { Failure } from '../failure.ts';

const workFolderPrefix = '.groundmist-work-';

/** Whether a folder of this name holds what a backup or a restore has under way. */
export function isWorkFolder(name: string): boolean {
  return name.startsWith(workFolderPrefix);
}

/** Where one is made in `directory`; random letters follow. */
export function workFolderStem(directory: string): string {
  return join(directory, workFolderPrefix);
}

/** Where a restore puts a data directory that it moves aside; a time follows. */
export function movedAsideStem(dataDirectory: string): string {
  return `${dataDirectory}.before-restore-`;
}

/**
 * `RestoreUnfinished` where a restore was killed while it put a data directory in place: a server would begin with half
 * of it, or with an empty one beside that which was moved aside.
 */
export function refuseUnfinishedRestore(dataDirectory: string): void {
  const path = throughLink(resolve(dataDirectory));
  const names = namesIn(path);
  if (names.some(isWorkFolder)) {
    throw new Failure(
      'RestoreUnfinished',
      `A restore into ${path} is under way or was cut off. Wait for it; or, if none runs, empty that folder and restore again.`,
    );
  }
  if (names.length > 0) return;
  const stem = basename(movedAsideStem(path));
  const aside = namesIn(dirname(path))
    .filter((name) => name.startsWith(stem))
    .toSorted()
    .at(-1);
  if (aside === undefined) return;
  const from = join(dirname(path), aside);
  // Into a folder that is there, mv would put it inside.
  const command = `${existsSync(path) ? `rmdir ${path} && ` : ''}mv ${from} ${path}`;
  throw new Failure(
    'RestoreUnfinished',
    `There is nothing in ${path}, and ${from} lies beside it, which a restore moved aside before it was cut off. Restore again; or go on with what was: \`${command}\`. To begin anew, move that away.`,
  );
}

/** Nothing where there is no such folder, or it is not for us to read: who makes it a data directory says what is wrong. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** What a link names, also where that is gone. */
function throughLink(path: string): string {
  try {
    return resolve(dirname(path), readlinkSync(path));
  } catch {
    return path; // It is no link, or nothing.
  }
}
