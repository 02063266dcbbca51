import { lstat, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Failure } from '../../core/failure.ts';
import { isOwnDataDirectory } from '../../core/store/find-namespaces.ts';
import { makePrivateFolder } from '../../platform/files.ts';
import { isWithin } from './import-source.ts';

/** The absolute path of the folder that is exported into; refuses one where files of ours or of a server lie. */
export async function findPlace(directory: string, dataDirectory: string): Promise<string> {
  const path = resolve(directory);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined && (await isTaken(path))) {
    throw new Failure('Usage', `${path} is a link that leads nowhere: name a folder.`);
  }
  if (found && !found.isDirectory()) throw new Failure('Usage', `${path} is a file: name a folder.`);
  if (await isWithin(await nearest(path), dataDirectory)) {
    throw new Failure('Usage', `${path} lies in the data directory: name a folder outside of it.`);
  }
  if (found && isOwnDataDirectory(path)) {
    throw new Failure(
      'Usage',
      `${path} is the data directory of a groundmist: name another folder, or put the documents into it with \`groundmist import\`.`,
    );
  }
  return path;
}

/** Makes it where it is missing, for this user only. */
export function makePlace(path: string): void {
  try {
    makePrivateFolder(path);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Failure('StoreUnavailable', `The folder ${path} cannot be made: ${reason}.`, { cause });
  }
}

async function isTaken(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** The path itself, or the folder nearest above it that is there. */
async function nearest(path: string): Promise<string> {
  let folder = path;
  while (!(await isTaken(folder)) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}
