import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isNamespace, namespaceFolders, type Namespace } from '../lexicon/namespace.ts';
import { holdsStockDocuments } from './stock-layout.ts';

const documentsFile = 'documents.sqlite';

/** The folder of a namespace: its database lies in it, and so does data in the stock layout. */
export function namespaceDirectory(dataDirectory: string, namespace: Namespace): string {
  return join(dataDirectory, ...namespaceFolders(namespace));
}

export function documentsPath(dataDirectory: string, namespace: Namespace): string {
  return join(namespaceDirectory(dataDirectory, namespace), documentsFile);
}

export function lockPath(dataDirectory: string): string {
  return join(dataDirectory, '.groundmist', 'lock');
}

export function storesPath(dataDirectory: string): string {
  return join(dataDirectory, '.groundmist', 'stores.json');
}

/** The namespaces that have documents, ours or in the stock layout, sorted. Follows no link. */
export async function findNamespaces(dataDirectory: string): Promise<readonly Namespace[]> {
  const found: Namespace[] = [];
  await walk(dataDirectory, [], found);
  return found.toSorted();
}

async function walk(directory: string, labels: readonly string[], found: Namespace[]): Promise<void> {
  const entries = await readdir(directory, { withFileTypes: true });
  const name = labels.join('.');
  const hasDatabase = entries.some((entry) => entry.isFile() && entry.name === documentsFile);
  if (isNamespace(name) && (hasDatabase || (await holdsStockDocuments(directory)))) found.push(name);
  for (const entry of entries) {
    const below = [...labels, entry.name];
    const leadsOn = isNamespace(labels.length === 0 ? `${entry.name}.any` : below.join('.'));
    if (entry.isDirectory() && leadsOn) await walk(join(directory, entry.name), below, found);
  }
}
