import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure, toFailure } from '../failure.ts';
import { parseBackupName, type BackupName } from './backup-name.ts';
import { refuseForeign } from './archive-reader.ts';
import { readManifestOf } from './unpack.ts';
import type { Manifest } from './manifest.ts';

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

/** The files in a folder that have the name of a backup, newest first. `NotFound` where there is no such folder. */
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

function noKey(): Promise<never> {
  return Promise.reject(new Error('a backup that is not encrypted has no key'));
}

async function entriesOf(directory: string) {
  try {
    return await readdir(directory, { withFileTypes: true });
  } catch (error) {
    throw new Failure(
      'NotFound',
      `The folder ${directory} cannot be read: is it there, and may this user see it?`,
      {
        cause: error,
      },
    );
  }
}
