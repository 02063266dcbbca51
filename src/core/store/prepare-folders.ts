import { accessSync, constants, lstatSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { findAwayDisk } from '../../platform/expected-disks.ts';
import { Failure } from '../failure.ts';
import { namespaceFolders, type Namespace } from '../lexicon/namespace.ts';
import { syncFolder } from './durable-file.ts';
import { hasErrorCode } from './error-code.ts';
import {
  nodefsIndexPath,
  nodefsPlaces,
  quarantineDirectory,
  temporaryDirectory,
  type NodefsPlaces,
} from './layout.ts';

const ownerOnly = 0o700;

/**
 * Makes the data directory and our own folders in it, for this user only; what exists keeps its mode.
 * `ConfigurationInvalid` where it can never be that, `StoreUnavailable` where it may be later, as when its disk is mounted.
 */
export function prepareDataDirectory(dataDirectory: string): void {
  refuseAwayDisk(dataDirectory);
  try {
    mkdirSync(dataDirectory, { recursive: true, mode: ownerOnly });
    accessSync(dataDirectory, constants.R_OK | constants.W_OK | constants.X_OK);
    for (const folder of [temporaryDirectory(dataDirectory), quarantineDirectory(dataDirectory)]) {
      mkdirSync(folder, { recursive: true, mode: ownerOnly });
    }
  } catch (error) {
    throw whyNotUsable(dataDirectory, error);
  }
}

/** `StoreUnavailable`: an empty store would begin on the disk below. */
function refuseAwayDisk(dataDirectory: string): void {
  const away = findAwayDisk(resolve(dataDirectory));
  if (away === undefined) return;
  throw new Failure(
    'StoreUnavailable',
    `The data directory ${dataDirectory} lies on the disk that /etc/fstab has for ${away}, and that is not mounted now. Mount it; or, if nothing is to be mounted there any more, take its line out of /etc/fstab.`,
  );
}

function whyNotUsable(dataDirectory: string, cause: unknown): Failure {
  if (hasErrorCode(cause, 'EEXIST') || hasErrorCode(cause, 'ENOTDIR')) {
    const sentence = `The data directory ${dataDirectory} is not a folder. Set DATA_DIR to a folder that groundmist may own.`;
    return new Failure('ConfigurationInvalid', sentence, { cause });
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new Failure(
    'StoreUnavailable',
    `The data directory ${dataDirectory} cannot be written (${reason}). Mount its disk where that is away, or set DATA_DIR to a folder that this user may write.`,
    { cause },
  );
}

/**
 * Makes the folders of a namespace. A link or a file in their place is refused: what lies behind it would
 * be written by `serve` and not be seen by anything that lists namespaces.
 */
export function prepareNamespaceDirectory(dataDirectory: string, namespace: Namespace): string {
  let directory = dataDirectory;
  for (const folder of namespaceFolders(namespace)) {
    const parent = directory;
    directory = join(parent, folder);
    const entry = lstatSync(directory, { throwIfNoEntry: false });
    if (entry === undefined) {
      mkdirSync(directory, { mode: ownerOnly });
      syncFolder(parent);
    } else if (!entry.isDirectory()) {
      throw new Failure(
        'StoreUnavailable',
        `${directory} is not a folder, so ${namespace} cannot be stored. Move it away, or mount what it links to in its place.`,
      );
    }
  }
  return directory;
}

/** What belongs to a namespace whose documents are files; made where it is missing, but for the files in it. */
export function prepareNodefsPlaces(dataDirectory: string, namespace: Namespace): NodefsPlaces {
  mkdirSync(dirname(nodefsIndexPath(dataDirectory, namespace)), { recursive: true, mode: ownerOnly });
  return nodefsPlaces(dataDirectory, namespace);
}
