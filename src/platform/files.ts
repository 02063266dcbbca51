import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  statfsSync,
  writeFileSync,
  type Stats,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';

export interface FileToWrite {
  readonly path: string;
  readonly text: string;
  readonly mode: number;
  /** The text that it was planned to replace; undefined where there was no file. */
  readonly replaced: string | undefined;
}

/** Whether two paths lead to one file. */
export function isSameFile(one: string, other: string): boolean {
  const [first, second] = [one, other].map((path) => statSync(path, { throwIfNoEntry: false }));
  return first !== undefined && first.ino === second?.ino && first.dev === second.dev;
}

/** Somebody else wrote a file after it was read. */
export class ChangedMeanwhile extends Error {
  constructor(path: string) {
    super(`${path} was changed meanwhile by another program or person`);
  }
}

/** A file written beside its place, and where what it replaces is kept until all is done. */
interface Staged {
  readonly from: string;
  readonly to: string;
  readonly aside: string;
  readonly replaced: string | undefined;
}

/**
 * Writes all files or none: each is written beside its place and flushed, and only when all are
 * there do they move in; where one cannot, those that did move out again. Throws what the file system throws, or
 * ChangedMeanwhile, with nothing changed. `rename` is for tests.
 */
export function writeTogether(files: readonly FileToWrite[], rename = renameSync): void {
  const staged: Staged[] = [];
  for (const folder of new Set(files.map(({ path }) => dirname(path)))) removeLeftOvers(folder);
  try {
    for (const file of files) {
      const [from, aside] = [beside(file.path), beside(file.path)];
      staged.push({ from, to: file.path, aside, replaced: file.replaced });
      writeFlushed(from, file, statSync(file.path, { throwIfNoEntry: false }));
    }
    moveIn(staged, rename);
  } finally {
    for (const { from, aside } of staged) for (const path of [from, aside]) rmSync(path, { force: true });
  }
}

function moveIn(staged: readonly Staged[], rename: typeof renameSync): void {
  const moved: Staged[] = [];
  try {
    for (const one of staged) {
      if (existsSync(one.to)) keepAside(one);
      if (textOf(one.to) !== one.replaced) throw new ChangedMeanwhile(one.to);
      rename(one.from, one.to);
      moved.push(one);
    }
    for (const folder of new Set(staged.map(({ to }) => dirname(resolve(to))))) flushFolder(folder);
  } catch (error) {
    for (const { to, aside } of moved.toReversed()) {
      if (existsSync(aside)) renameSync(aside, to);
      else rmSync(to, { force: true });
    }
    throw error;
  }
}

function textOf(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** A second name of the same file, so that its owner and its mode come back with it; a copy where there are no such names. */
function keepAside({ to, aside }: Staged): void {
  try {
    linkSync(to, aside);
  } catch {
    copyFileSync(to, aside);
  }
}

const leftOver = /^\.groundmist-write-(\d+)-[0-9a-f-]{36}\.tmp$/;

function beside(path: string): string {
  return join(dirname(path), `.groundmist-write-${process.pid}-${randomUUID()}.tmp`);
}

/** What a writer that was killed left in this folder may hold a secret. One that still runs keeps its files. */
function removeLeftOvers(folder: string): void {
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    const writer = leftOver.exec(name)?.[1];
    if (writer !== undefined && !isRunning(Number(writer))) rmSync(join(folder, name), { force: true });
  }
}

/** Where the system does not say, nobody is taken for gone. */
function isRunning(processId: number): boolean {
  return existsSync(`/proc/${processId}`) || !existsSync('/proc/self');
}

const privateFolder = 0o700;

/** Makes a folder that only its owner may enter, as `makeFolder` does, unless it is there already. */
export function makePrivateFolder(path: string): () => void {
  return makeFolder(path, { mode: privateFolder });
}

export interface FolderModes {
  readonly mode: number;
  /** That of the folders above it that are missing, where it is another one. */
  readonly modeAbove?: number;
}

/** Makes a folder, and those above it that are missing. Gives what takes them away again. */
export function makeFolder(path: string, { mode, modeAbove = mode }: FolderModes): () => void {
  const first = mkdirSync(path, { recursive: true, mode: privateFolder });
  if (first === undefined) return () => {};
  const made: string[] = [];
  for (let folder = resolve(path); folder.length >= first.length; folder = dirname(folder)) made.push(folder);
  for (const folder of made) chmodSync(folder, folder === made[0] ? mode : modeAbove);
  return () => {
    for (const folder of made) rmdirSync(folder);
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

/** What root replaces stays the file of its owner, who could not read it otherwise. */
function writeFlushed(path: string, { text, mode }: FileToWrite, replaced: Stats | undefined): void {
  const descriptor = openSync(path, 'wx', mode);
  try {
    fchmodSync(descriptor, mode);
    if (replaced !== undefined && process.getuid?.() === 0)
      fchownSync(descriptor, replaced.uid, replaced.gid);
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
