import { lchownSync, readdirSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure } from '../failure.ts';
import { syncFolder } from '../store/durable-file.ts';
import { ownFolder } from '../store/layout.ts';
import { isWorkFolder } from '../store/unfinished-restore.ts';

/** Files were synced one by one; their names are on disk after this. */
export function syncFolders(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) syncFolders(join(folder, entry.name));
  }
  syncFolder(folder);
}

/** What root restores belongs to whom the folder belonged to: a service that is not root has to write to it. */
export function giveToOwnerOf(place: string, data: string): void {
  const { uid, gid } = statSync(place);
  if (process.getuid?.() !== 0 || uid === 0) return;
  giveTo({ uid, gid }, data);
}

function giveTo(owner: { readonly uid: number; readonly gid: number }, path: string): void {
  lchownSync(path, owner.uid, owner.gid);
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) giveTo(owner, inner);
    else lchownSync(inner, owner.uid, owner.gid);
  }
}

/** Puts `data` where `target` is or was; what is there is moved to `movedTo` first. */
export function moveIn(data: string, target: string, movedTo: string | undefined): void {
  if (movedTo !== undefined) rename(target, movedTo);
  try {
    rename(data, target);
  } catch (error) {
    if (movedTo !== undefined) renameSync(movedTo, target);
    throw error;
  }
  syncFolder(dirname(target));
}

/**
 * Puts what is in `data` into a folder that is empty but for work folders, which may be a mount point, or in one that this
 * user may not write to. Our own folder comes last: killed before, it is no data directory of ours yet.
 */
export function moveInto(data: string, target: string): void {
  if (!isEmptyButForWork(target)) {
    throw new Failure('PlaceTaken', `Something was put into ${target} meanwhile: name another folder.`);
  }
  const names = readdirSync(data).toSorted((a, b) => Number(a === ownFolder) - Number(b === ownFolder));
  const moved: string[] = [];
  try {
    for (const name of names) {
      renameSync(join(data, name), join(target, name));
      moved.push(name);
    }
  } catch (error) {
    for (const name of moved.toReversed()) renameSync(join(target, name), join(data, name));
    throw error;
  }
  syncFolder(target);
}

export function isEmptyButForWork(folder: string): boolean {
  return readdirSync(folder).every(isWorkFolder);
}

function rename(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'EBUSY' && code !== 'EXDEV') throw error;
    throw new Failure(
      'StoreUnavailable',
      `A file system is mounted at ${from} or ${to}, so nothing can be moved there as a whole. Empty that folder and restore into it without --force, or restore into a folder inside of it, and let DATA_DIR name that one.`,
      { cause: error },
    );
  }
}
