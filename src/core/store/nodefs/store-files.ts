import { lstatSync, mkdirSync, renameSync, rmSync, unlinkSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { hasErrorCode } from '../error-code.ts';

/** All that changes files of documents; whoever wants to see it fail brings another. What is slow is asynchronous. */
export interface StoreFiles {
  /** Makes a file with these bytes, which are on disk when it resolves; its name may not be. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** The names in a folder are on disk when it resolves. */
  syncFolder(path: string): Promise<void>;
  makeFolder(path: string): void;
  rename(from: string, to: string): void;
  /** Nothing where there is none. */
  remove(path: string): void;
}

export const diskFiles: StoreFiles = {
  async write(path, bytes) {
    await using file = await open(path, 'wx', 0o600);
    await file.writeFile(bytes);
    await file.datasync();
  },
  async syncFolder(path) {
    await using folder = await open(path, 'r');
    await folder.sync();
  },
  makeFolder: (path) => mkdirSync(path, { mode: 0o700 }),
  rename: (from, to) => renameSync(from, to),
  remove: (path) => {
    try {
      unlinkSync(path);
    } catch (error) {
      if (!hasErrorCode(error, 'ENOENT')) throw error;
    }
  },
};

/** Whether there is anything at `path`, a link that leads nowhere included. */
export function isTaken(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Removes a folder of temporary files with all that a killed process left in it, and makes it anew. */
export function emptyFolder(path: string): void {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true, mode: 0o700 });
}
