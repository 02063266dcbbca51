import { accessSync, constants, lstatSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
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
 * `ConfigurationInvalid` where that cannot be.
 */
export function prepareDataDirectory(dataDirectory: string): void {
  try {
    mkdirSync(dataDirectory, { recursive: true, mode: ownerOnly });
    accessSync(dataDirectory, constants.R_OK | constants.W_OK | constants.X_OK);
    for (const folder of [temporaryDirectory(dataDirectory), quarantineDirectory(dataDirectory)]) {
      mkdirSync(folder, { recursive: true, mode: ownerOnly });
    }
  } catch (error) {
    throw new Failure('ConfigurationInvalid', whyNotUsable(dataDirectory, error), { cause: error });
  }
}

function whyNotUsable(dataDirectory: string, error: unknown): string {
  if (hasErrorCode(error, 'EEXIST') || hasErrorCode(error, 'ENOTDIR')) {
    return `The data directory ${dataDirectory} is not a folder. Set DATA_DIR to a folder that groundmist may own.`;
  }
  const reason = error instanceof Error ? error.message : String(error);
  return `The data directory ${dataDirectory} cannot be written (${reason}). Set DATA_DIR to a folder that this user may write.`;
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
