import { existsSync, lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { diskRoom } from '../../platform/files.ts';
import { formatBytes } from '../../platform/format.ts';
import { Failure } from '../failure.ts';
import { explainBackupError } from './explain-error.ts';
import { findNamespaces, isOwnDataDirectory } from '../store/find-namespaces.ts';

/** `FileMissing` or `Usage` where the data directory, or the place of the backup, is none; `StoreUnavailable` where this user may not look. */
export function refuseBadPlaces(dataDirectory: string, file: string): void {
  try {
    refuseNoPlaces(dataDirectory, file);
  } catch (error) {
    throw explainBackupError(error, file, dirname(file));
  }
}

function refuseNoPlaces(dataDirectory: string, file: string): void {
  if (!statSync(dataDirectory, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Failure(
      'FileMissing',
      `There is no data directory at ${resolve(dataDirectory)}: name it with --data-dir or DATA_DIR.`,
    );
  }
  const folder = dirname(file);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Failure('FileMissing', `There is no folder ${folder} to put the backup into: make it first.`);
  }
  refuseInside(dataDirectory, folder);
  refuseTaken(file);
}

/** `FileMissing` where the folder is another than a data directory: a backup of it would be empty, for ever. */
export async function refuseStrangeData(dataDirectory: string): Promise<void> {
  if (isOwnDataDirectory(dataDirectory) || (await findNamespaces(dataDirectory)).length > 0) return;
  throw new Failure(
    'FileMissing',
    `${resolve(dataDirectory)} is no data directory: there is neither a .groundmist nor a namespace in it. Name the right one with --data-dir or DATA_DIR.`,
  );
}

/** `Usage` where backups would lie in what they are a copy of. */
export function refuseInside(dataDirectory: string, folder: string): void {
  if (!existsSync(dataDirectory)) return;
  if (!`${realpathSync(folder)}${sep}`.startsWith(`${realpathSync(dataDirectory)}${sep}`)) return;
  throw new Failure(
    'Usage',
    `${folder} lies inside the data directory: choose another folder, best on another disk.`,
  );
}

/** `PlaceTaken`: nothing is written over. */
export function refuseTaken(file: string): void {
  if (lstatSync(file, { throwIfNoEntry: false }) === undefined) return;
  throw new Failure(
    'PlaceTaken',
    `There is a ${basename(file)} in ${dirname(file)} already, which is not written over.`,
  );
}

/** `StoreUnavailable` where the copy has no room: it needs as much as the original, and the backup less than that. */
export function refuseLittleRoom(dataDirectory: string, folder: string): void {
  const neededBytes = databaseBytes(dataDirectory);
  const { freeBytes } = diskRoom(folder);
  if (freeBytes >= neededBytes) return;
  throw new Failure(
    'StoreUnavailable',
    `A backup of this data directory needs about ${formatBytes(neededBytes)} free while it is made, and the disk of ${folder} has ${formatBytes(freeBytes)}.`,
  );
}

function databaseBytes(dataDirectory: string): number {
  let sizeBytes = 0;
  for (const entry of readdirSync(dataDirectory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    sizeBytes += lstatSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0;
  }
  return sizeBytes;
}
