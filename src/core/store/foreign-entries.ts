import { readdir } from 'node:fs/promises';
import type { Dirent } from 'node:fs';
import { join } from 'node:path';
import { isNamespace } from '../lexicon/namespace.ts';
import { documentsFile, ownFolder } from './layout.ts';
import { holdsStockDocuments } from './stock-layout.ts';

/** What a file system makes by itself at its top. */
export const lostAndFound = 'lost+found';

/**
 * What lies at the top of a folder and is not all groundmist's: neither our own folder nor one that leads to namespaces
 * and to nothing else. Undefined where that cannot be seen. It stops at the first thing it does not know, so that a
 * folder of the whole machine is told at once.
 */
export async function foreignEntries(directory: string): Promise<readonly string[] | undefined> {
  try {
    const foreign: string[] = [];
    for (const entry of await readdir(directory, { withFileTypes: true })) {
      if (entry.name === ownFolder || entry.name === lostAndFound) continue;
      if (!(await leadsToNamespacesOnly(directory, entry, []))) foreign.push(entry.name);
    }
    return foreign;
  } catch {
    return undefined;
  }
}

async function leadsToNamespacesOnly(
  directory: string,
  entry: Dirent,
  above: readonly string[],
): Promise<boolean> {
  if (!entry.isDirectory()) return false;
  const path = join(directory, entry.name);
  const labels = [...above, entry.name];
  const name = labels.join('.');
  if (!isNamespace(labels.length === 1 ? `${name}.any` : name)) return false;
  const entries = await readdir(path, { withFileTypes: true });
  if (isNamespace(name) && (entries.some(isOfDatabase) || (await holdsStockDocuments(path)))) return true;
  for (const below of entries) if (!(await leadsToNamespacesOnly(path, below, labels))) return false;
  return true;
}

/** Also what is left where the database itself is gone. */
function isOfDatabase({ name }: Dirent): boolean {
  return name.startsWith(documentsFile);
}
