import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure, toFailure } from '../failure.ts';
import { parseBackupName, type BackupName } from './backup-name.ts';
import { refuseForeign } from './archive-reader.ts';
import { readManifestOf } from './unpack.ts';
import { isAge } from './encryption.ts';
import type { Manifest } from './manifest.ts';
import { isSeal, isZstd, sealBytes } from './zstd.ts';

/** A backup as its folder shows it. */
export interface FoundBackup extends BackupName {
  readonly path: string;
  readonly sizeBytes: number;
}

/** The same with what it says of itself. */
export interface ListedBackup extends FoundBackup {
  /** Undefined where it is encrypted, or does not read. */
  readonly manifest: Manifest | undefined;
  /** Why its beginning does not read, a sentence. */
  readonly problem: string | undefined;
}

/** The files in a folder that have the name of a backup, newest first. `FileMissing` where there is no such folder. */
export async function findBackups(directory: string): Promise<readonly FoundBackup[]> {
  const found: FoundBackup[] = [];
  for (const entry of await entriesOf(directory)) {
    const name = parseBackupName(entry.name);
    if (name === undefined || !entry.isFile()) continue;
    const path = join(directory, entry.name);
    const facts = await stat(path).catch(() => undefined);
    if (facts) found.push({ ...name, path, sizeBytes: facts.size });
  }
  return found.toSorted((a, b) => b.at - a.at || (a.path < b.path ? 1 : -1));
}

/** Those that begin and end as backups do: an empty file, or half of one, is none. */
export async function findWholeBackups(directory: string): Promise<readonly FoundBackup[]> {
  const whole: FoundBackup[] = [];
  for (const backup of await findBackups(directory)) if (await looksWhole(backup)) whole.push(backup);
  return whole;
}

/** What the beginning of a backup says. */
export async function lookInto(backup: FoundBackup, signal: AbortSignal): Promise<ListedBackup> {
  try {
    const isEncrypted = await refuseForeign(backup.path);
    if (isEncrypted) return { ...backup, isEncrypted, manifest: undefined, problem: undefined };
    const manifest = await readManifestOf({ path: backup.path, key: noKey, signal });
    return { ...backup, isEncrypted, manifest, problem: undefined };
  } catch (error) {
    signal.throwIfAborted();
    return { ...backup, manifest: undefined, problem: toFailure(error).message };
  }
}

async function looksWhole({ path, sizeBytes }: FoundBackup): Promise<boolean> {
  try {
    await using file = await open(path);
    const beginning = Buffer.alloc(64);
    await file.read(beginning, 0, beginning.length, 0);
    if (isAge(beginning)) return true;
    const ending = Buffer.alloc(sealBytes);
    await file.read(ending, 0, sealBytes, Math.max(0, sizeBytes - sealBytes));
    return isZstd(beginning) && isSeal(ending);
  } catch {
    return false;
  }
}

function noKey(): Promise<never> {
  return Promise.reject(new Error('a backup that is not encrypted has no key'));
}

async function entriesOf(directory: string) {
  try {
    return await readdir(directory, { withFileTypes: true });
  } catch (error) {
    throw new Failure(
      'FileMissing',
      `The folder ${directory} cannot be read: is it there, and may this user see it?`,
      {
        cause: error,
      },
    );
  }
}
