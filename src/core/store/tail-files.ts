import { closeSync, constants, fdatasyncSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { syncFolder } from './durable-file.ts';
import { hasErrorCode } from './error-code.ts';

/** All that changes the file of a tail; whoever wants to see it fail brings another. */
export interface TailFiles {
  /** Opens it empty to be written, made where there is none; for this user only. */
  open(path: string): number;
  /** How much of it was written. */
  write(file: number, bytes: Uint8Array, position: number): number;
  /** What was written is on disk when it returns, and the size of the file. */
  sync(file: number): void;
  syncFolder(path: string): void;
  close(file: number): void;
  /** Nothing where there is none. */
  remove(path: string): void;
}

const openMode = constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;

export const diskTailFiles: TailFiles = {
  open: (path) => openSync(path, openMode, 0o600),
  write: (file, bytes, position) => writeSync(file, bytes, 0, bytes.length, position),
  sync: (file) => fdatasyncSync(file),
  syncFolder: (path) => syncFolder(path),
  close: (file) => closeSync(file),
  remove: (path) => {
    try {
      unlinkSync(path);
    } catch (error) {
      if (!hasErrorCode(error, 'ENOENT')) throw error;
    }
  },
};
