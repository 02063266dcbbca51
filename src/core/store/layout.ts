import { join } from 'node:path';
import { namespaceFolders, type Namespace } from '../lexicon/namespace.ts';

/** Where one namespace of files lies. All but the index has to be on one file system, for files move between them. */
export interface NodefsPlaces {
  /** The folder of its documents. */
  readonly base: string;
  /** For its store alone: emptied when that opens. */
  readonly temporary: string;
  readonly quarantine: string;
  readonly index: string;
}

/** Where a server keeps what is not a namespace. */
export const ownFolder = '.groundmist';
export const documentsFile = 'documents.sqlite';
const controlFile = 'control.sqlite';
/** Those in our own folder that a server cannot make anew. */
export const ownFiles: readonly string[] = [controlFile, 'withdrawals', 'stores.json'];

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
  return join(dataDirectory, ownFolder, controlFile);
}

/** What the owner took back while the control database could not be written. */
export function withdrawalsPath(dataDirectory: string): string {
  return join(dataDirectory, ownFolder, 'withdrawals');
}

/** What an authority of certificates knows us by, and what it gave; made anew where it is lost, so no backup has it. */
export function tlsFolder(dataDirectory: string): string {
  return join(dataDirectory, ownFolder, 'tls');
}

export function accountKeyPath(dataDirectory: string): string {
  return join(tlsFolder(dataDirectory), 'account-key.pem');
}

export function certificatePath(dataDirectory: string): string {
  return join(tlsFolder(dataDirectory), 'certificate.json');
}

/** When certificates were asked for in vain. */
export function certificateAttemptsPath(dataDirectory: string): string {
  return join(tlsFolder(dataDirectory), 'attempts.json');
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
  return join(nodefsIndexFolder(dataDirectory), `${namespace}.sqlite`);
}

export function nodefsIndexFolder(dataDirectory: string): string {
  return join(dataDirectory, ownFolder, 'nodefs');
}

/** Of which namespace a file in the folder of indexes is; undefined where it is none. */
export function namespaceOfIndex(name: string): string | undefined {
  return /^(.+)\.sqlite$/.exec(name)?.[1];
}

/** What belongs to a namespace whose documents are files. */
export function nodefsPlaces(dataDirectory: string, namespace: Namespace): NodefsPlaces {
  return {
    base: namespaceDirectory(dataDirectory, namespace),
    temporary: join(temporaryDirectory(dataDirectory), namespace),
    quarantine: namespaceQuarantine(dataDirectory, namespace),
    index: nodefsIndexPath(dataDirectory, namespace),
  };
}
