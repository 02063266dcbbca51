import { accessSync, constants, lstatSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { Failure } from '../failure.ts';
import { isNamespace, namespaceFolders, type Namespace } from '../lexicon/namespace.ts';
import { chunkKinds, holdsStockDocuments, isChunkName, stockDocumentId } from './stock-layout.ts';
import { syncFolder } from './durable-file.ts';
import { hasErrorCode } from './error-code.ts';
import { readFolder } from './folder.ts';

/** Where one namespace of files lies. All but the index has to be on one file system, for files move between them. */
export interface NodefsPlaces {
  /** The folder of its documents. */
  readonly base: string;
  /** For its store alone: emptied when that opens. */
  readonly temporary: string;
  readonly quarantine: string;
  readonly index: string;
}

const ownFolder = '.groundmist';
const documentsFile = 'documents.sqlite';
const keptFiles: readonly string[] = ['control.sqlite', 'withdrawals', 'stores.json'];
const ownerOnly = 0o700;

/** The folder of a namespace: its database lives in it, and so does data in the stock layout. */
export function namespaceDirectory(dataDirectory: string, namespace: Namespace): string {
  return join(dataDirectory, ...namespaceFolders(namespace));
}

export function documentsPath(dataDirectory: string, namespace: Namespace): string {
  return join(namespaceDirectory(dataDirectory, namespace), documentsFile);
}

/** Beside the database: whoever copies `documents.sqlite*` copies this too. */
export function tailPath(dataDirectory: string, namespace: Namespace): string {
  return `${documentsPath(dataDirectory, namespace)}-tail`;
}

export function controlDatabasePath(dataDirectory: string): string {
  return join(dataDirectory, ownFolder, 'control.sqlite');
}

/** What the owner took back while the control database could not be written. */
export function withdrawalsPath(dataDirectory: string): string {
  return join(dataDirectory, ownFolder, 'withdrawals');
}

export function controlSocketPath(dataDirectory: string): string {
  return join(dataDirectory, ownFolder, 'control.sock');
}

export function lockPath(dataDirectory: string): string {
  return join(dataDirectory, ownFolder, 'lock');
}

/** What the holder of the lock says of itself; true only while the lock is held. */
export function lockHolderPath(dataDirectory: string): string {
  return join(dataDirectory, ownFolder, 'lock-holder.json');
}

export function storesPath(dataDirectory: string): string {
  return join(dataDirectory, ownFolder, 'stores.json');
}

/** The hashes of what the last holder of the lock left. */
export function sumsPath(dataDirectory: string): string {
  return join(dataDirectory, ownFolder, 'sums');
}

/** Our files that nobody but the holder of the lock writes and that carry no checksum of their own, as paths from the data directory. */
export async function filesToSeal(dataDirectory: string): Promise<readonly string[]> {
  const namespaces = await findNamespaces(dataDirectory);
  const databases = namespaces.map((namespace) => join(...namespaceFolders(namespace), documentsFile));
  const own = ['control.sqlite', 'withdrawals', 'stores.json'].map((name) => join(ownFolder, name));
  const logs = [...databases, join(ownFolder, 'control.sqlite')].map((path) => `${path}-wal`);
  const tails = databases.map((path) => `${path}-tail`);
  const present = [...databases, ...own, ...logs, ...tails].filter((path) =>
    lstatSync(join(dataDirectory, path), { throwIfNoEntry: false })?.isFile(),
  );
  return [...present, ...(await filesBelow(dataDirectory, join(ownFolder, 'quarantine')))].toSorted();
}

/** Nothing of ours is called so, and lists of files cannot say it. */
const oddName = /[\n\\]/;

async function filesBelow(dataDirectory: string, folder: string): Promise<readonly string[]> {
  const files: string[] = [];
  for (const entry of await readFolder(join(dataDirectory, folder))) {
    const path = join(folder, entry.name);
    if (entry.isFile() && !oddName.test(entry.name)) files.push(path);
    if (entry.isDirectory()) files.push(...(await filesBelow(dataDirectory, path)));
  }
  return files;
}

export function temporaryDirectory(dataDirectory: string): string {
  return join(dataDirectory, ownFolder, 'tmp');
}

export function quarantineDirectory(dataDirectory: string): string {
  return join(dataDirectory, ownFolder, 'quarantine');
}

/** Where a namespace is written anew for another store; of no worth once a process has ended. */
export function conversionDirectory(dataDirectory: string, namespace: Namespace): string {
  return join(dataDirectory, ownFolder, 'converting', namespace);
}

/** What a conversion replaced; only the owner deletes it. */
export function supersededDirectory(dataDirectory: string, namespace: Namespace): string {
  return join(dataDirectory, ownFolder, 'superseded', namespace);
}

/** What of a namespace was set aside and is a file. */
export function namespaceQuarantine(dataDirectory: string, namespace: Namespace): string {
  return join(quarantineDirectory(dataDirectory), namespace);
}

/** What is known of the files of a namespace whose documents are files. */
export function nodefsIndexPath(dataDirectory: string, namespace: Namespace): string {
  return join(dataDirectory, ownFolder, 'nodefs', `${namespace}.sqlite`);
}

/** What belongs to a namespace whose documents are files; made where it is missing, but for the files in it. */
export function prepareNodefsPlaces(dataDirectory: string, namespace: Namespace): NodefsPlaces {
  mkdirSync(dirname(nodefsIndexPath(dataDirectory, namespace)), { recursive: true, mode: ownerOnly });
  return nodefsPlaces(dataDirectory, namespace);
}

export function nodefsPlaces(dataDirectory: string, namespace: Namespace): NodefsPlaces {
  return {
    base: namespaceDirectory(dataDirectory, namespace),
    temporary: join(temporaryDirectory(dataDirectory), namespace),
    quarantine: namespaceQuarantine(dataDirectory, namespace),
    index: nodefsIndexPath(dataDirectory, namespace),
  };
}

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

/**
 * The namespaces that have documents, ours or in the stock layout, sorted. Follows no link, opens no file.
 * `NotFound` where there is no data directory, `StoreUnavailable` where a folder cannot be read.
 */
export async function findNamespaces(dataDirectory: string): Promise<readonly Namespace[]> {
  if (!isFolder(dataDirectory)) {
    throw new Failure('NotFound', `There is no data directory at ${dataDirectory}. Set DATA_DIR to it.`);
  }
  const found: Namespace[] = [];
  await walk(dataDirectory, [], found);
  return found.toSorted();
}

/** Whether a folder may become, or is, a data directory: it is empty, ours from before, or has documents in it. */
export async function isDataDirectory(directory: string): Promise<boolean> {
  const entries = await readFolder(directory);
  if (entries.length === 0 || entries.some(({ name }) => name === ownFolder)) return true;
  return (await findNamespaces(directory)).length > 0;
}

/** Whether a server, or a command of ours, has made a data directory of this folder. */
export function isOwnDataDirectory(directory: string): boolean {
  return isFolder(join(directory, ownFolder));
}

/** The name of a path in a backup: below the data directory, with slashes. */
export function keptPath(dataDirectory: string, path: string): string {
  return relative(dataDirectory, path).split(sep).join('/');
}

/**
 * Whether a backup may hold a file of this name, below the data directory and with slashes: what a server cannot make
 * anew, and nothing else. A name like this leads nowhere else.
 */
export function isKeptPath(path: string): boolean {
  const names = path.split('/');
  const last = names.at(-1) ?? '';
  if (names[0] === ownFolder) return isOwnKeptPath(names.slice(1));
  if (last === documentsFile) return isNamespace(names.slice(0, -1).join('.'));
  const [shard = '', rest = '', kind = ''] = names.slice(-4);
  return (
    isNamespace(names.slice(0, -4).join('.')) &&
    stockDocumentId(shard, rest) !== undefined &&
    chunkKinds.some((one) => one === kind) &&
    isChunkName(last)
  );
}

function isOwnKeptPath([first = '', namespace, file, ...others]: readonly string[]): boolean {
  if (namespace === undefined) return keptFiles.includes(first);
  if (first !== 'quarantine' || others.length > 0) return false;
  return isNamespace(namespace) && /^[1-9][0-9]{0,15}\.(?:chunk|json)$/.test(file ?? '');
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT') || hasErrorCode(error, 'ENOTDIR')) return false;
    throw error;
  }
}

async function walk(directory: string, labels: readonly string[], found: Namespace[]): Promise<void> {
  const entries = await readFolder(directory);
  const name = labels.join('.');
  const hasDatabase = entries.some((entry) => entry.isFile() && entry.name === documentsFile);
  if (isNamespace(name) && (hasDatabase || (await holdsStockDocuments(directory)))) found.push(name);
  for (const entry of entries) {
    const below = [...labels, entry.name];
    const isDocument = stockDocumentId(labels.at(-1) ?? '', entry.name) !== undefined;
    if (entry.isDirectory() && !isDocument && leadsToNamespaces(below)) {
      await walk(join(directory, entry.name), below, found);
    }
  }
}

/** Also what ends the walk: a namespace has ten labels at most. */
function leadsToNamespaces(labels: readonly string[]): boolean {
  return isNamespace(labels.length === 1 ? `${labels[0]}.any` : labels.join('.'));
}
