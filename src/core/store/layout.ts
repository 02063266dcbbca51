import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isNamespace, namespaceFolders, type Namespace } from '../lexicon/namespace.ts';

const maxDepth = 10;

export function lockPath(dataDirectory: string): string {
  return join(dataDirectory, '.groundmist', 'lock');
}

/** The database of one namespace. */
export function documentsPath(dataDirectory: string, namespace: Namespace): string {
  return join(dataDirectory, ...namespaceFolders(namespace), 'documents.sqlite');
}

/** The namespaces that have a database, sorted. Links are not followed. */
export async function findNamespaces(dataDirectory: string): Promise<readonly Namespace[]> {
  const found: Namespace[] = [];
  const walk = async (labels: readonly string[]): Promise<void> => {
    for (const entry of await readdir(join(dataDirectory, ...labels), { withFileTypes: true })) {
      const name = labels.join('.');
      if (entry.isFile() && entry.name === 'documents.sqlite' && isNamespace(name)) found.push(name);
      if (entry.isDirectory() && entry.name !== '.groundmist' && labels.length < maxDepth) {
        await walk([...labels, entry.name]);
      }
    }
  };
  await walk([]);
  return found.toSorted();
}
