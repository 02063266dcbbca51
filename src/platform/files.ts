import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';

export interface FileToWrite {
  readonly path: string;
  readonly text: string;
  readonly mode: number;
}

/**
 * Writes all files or none: each is written beside its place and flushed, and only when all are
 * there do they move in. Throws what the file system throws, with nothing changed.
 */
export function writeTogether(files: readonly FileToWrite[]): void {
  const staged: { readonly from: string; readonly to: string }[] = [];
  try {
    for (const file of files) {
      const from = join(dirname(file.path), `.${randomUUID()}.tmp`);
      staged.push({ from, to: file.path });
      writeFlushed(from, file);
    }
    for (const { from, to } of staged) renameSync(from, to);
  } finally {
    for (const { from } of staged) rmSync(from, { force: true });
  }
  for (const folder of new Set(files.map((file) => dirname(resolve(file.path))))) flushFolder(folder);
}

/** Makes a folder that only its owner may enter, and those above it that are missing. Gives what takes them away again. */
export function makePrivateFolder(path: string): () => void {
  const first = mkdirSync(path, { recursive: true, mode: 0o700 });
  return () => {
    if (first === undefined) return;
    for (let folder = resolve(path); folder.length >= first.length; folder = dirname(folder)) {
      rmdirSync(folder);
    }
  };
}

export interface DiskRoom {
  /** What this user may still write. */
  readonly freeBytes: number;
  readonly sizeBytes: number;
}

/** The room on the disk of `path`. */
export function diskRoom(path: string): DiskRoom {
  const { bavail, blocks, bsize } = statfsSync(path);
  return { freeBytes: bavail * bsize, sizeBytes: blocks * bsize };
}

function writeFlushed(path: string, { text, mode }: FileToWrite): void {
  const descriptor = openSync(path, 'wx', mode);
  try {
    writeFileSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** A rename is only on disk when its folder is. */
function flushFolder(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
