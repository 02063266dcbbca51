import { statSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../failure.ts';
import { isNamespace, type Namespace } from '../lexicon/namespace.ts';
import { hasErrorCode } from './error-code.ts';
import { readFolder } from './folder.ts';
import { documentsFile, ownFolder } from './layout.ts';
import { holdsStockDocuments, stockDocumentId } from './stock-layout.ts';

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
