import { Database } from 'bun:sqlite';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isWorkFolder, workFolderStem } from '../store/unfinished-restore.ts';

const lockName = 'lock';

/** A private folder for what is under way; gone when it is disposed. */
export interface WorkFolder extends Disposable {
  readonly path: string;
  /** The path of `name` in it. */
  at(name: string): string;
}

/** Makes one in `directory`, on whose disk the result will lie, and takes away those that killed processes left there. */
export function openWorkFolder(directory: string): WorkFolder {
  removeAbandoned(directory);
  const path = mkdtempSync(workFolderStem(directory));
  using opened = new DisposableStack();
  opened.defer(() => rmSync(path, { recursive: true, force: true }));
  opened.adopt(takeLock(join(path, lockName)), (lock) => lock.close(true));
  const kept = opened.move();
  return { path, at: (name) => join(path, name), [Symbol.dispose]: () => kept.dispose() };
}

/** Takes away the folders of killed processes: those whose lock can be taken. */
export function removeAbandoned(directory: string): void {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (entry.isDirectory() && isWorkFolder(entry.name)) removeIfAbandoned(join(directory, entry.name));
  }
}

/** The kernel frees it with its process, also after kill -9. */
function takeLock(path: string): Database {
  const database = new Database(path, { create: true, readwrite: true });
  try {
    // Its journal must need no room on the disk.
    database.run('PRAGMA journal_mode = MEMORY');
    database.run('BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database.close(true);
    throw error;
  }
}

function removeIfAbandoned(path: string): void {
  try {
    takeLock(join(path, lockName)).close(true);
    rmSync(path, { recursive: true, force: true });
  } catch {
    // Somebody is at work in it, or it is not ours to remove.
  }
}
