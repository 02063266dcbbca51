import { existsSync, lstatSync, readdirSync, readlinkSync } from 'node:fs';
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
  const names = existsSync(path) ? readdirSync(path) : [];
  if (names.some(isWorkFolder)) {
    throw new Failure(
      'RestoreUnfinished',
      `A restore into ${path} is under way or was cut off. Wait for it; or, if none runs, empty that folder and restore again.`,
    );
  }
  if (names.length > 0 || !existsSync(dirname(path))) return;
  const stem = basename(movedAsideStem(path));
  const aside = readdirSync(dirname(path))
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

/** What a link names, also where that is gone. */
function throughLink(path: string): string {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return path;
  return resolve(dirname(path), readlinkSync(path));
}
