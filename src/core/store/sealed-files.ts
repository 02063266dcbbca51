import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { namespaceFolders } from '../lexicon/namespace.ts';
import { findNamespaces } from './find-namespaces.ts';
import { readFolder } from './folder.ts';
import { documentsFile, ownFiles, ownFolder } from './layout.ts';

/** Our files that nobody but the holder of the lock writes and that carry no checksum of their own, as paths from the data directory. */
export async function filesToSeal(dataDirectory: string): Promise<readonly string[]> {
  const namespaces = await findNamespaces(dataDirectory);
  const databases = namespaces.map((namespace) => join(...namespaceFolders(namespace), documentsFile));
  const own = ownFiles.map((name) => join(ownFolder, name));
  const logs = [...databases, ...own].map((path) => `${path}-wal`);
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
