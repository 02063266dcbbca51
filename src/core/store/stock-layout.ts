import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isNamespace, type Namespace } from '../lexicon/namespace.ts';
import { isDocumentId, type DocumentId } from './document-id.ts';

/** Chunks in the order they load: the snapshots first, then what changed since. */
const kinds = ['snapshot', 'incremental'] as const;

const shardLength = 2;
const maxDepth = 10;
const label = /^[a-z0-9-]{1,63}$/;
const hash = /^[0-9a-f]{64}$/;

/**
 * The namespaces below `directory` that hold documents in the layout of automerge-repo's storage, sorted.
 * A shard and a nested namespace may look alike: a folder is a document only if the joined id passes its
 * checksum. Links are never followed.
 */
export async function findStockNamespaces(directory: string): Promise<readonly Namespace[]> {
  const found: Namespace[] = [];
  await walk(directory, [], found);
  return found.toSorted();
}

/** The ids of the documents in a namespace's folder, sorted. */
export async function listStockDocuments(namespaceFolder: string): Promise<readonly DocumentId[]> {
  const ids: DocumentId[] = [];
  for (const shard of await foldersOf(namespaceFolder)) {
    if (shard.length === shardLength) ids.push(...(await idsOfShard(namespaceFolder, shard)));
  }
  return ids.toSorted();
}

/** The paths of a document's chunk files in the order they load, whatever kind of file each is; none where there is no such document. */
export async function listStockChunks(namespaceFolder: string, id: DocumentId): Promise<readonly string[]> {
  const shard = join(namespaceFolder, id.slice(0, shardLength));
  const folder = join(shard, id.slice(shardLength));
  if (!(await isFolder(shard)) || !(await isFolder(folder))) return [];
  const present = await foldersOf(folder);
  const paths: string[] = [];
  for (const kind of kinds) {
    if (!present.includes(kind)) continue;
    const names = (await readdir(join(folder, kind))).filter((name) => hash.test(name));
    paths.push(...names.toSorted().map((name) => join(folder, kind, name)));
  }
  return paths;
}

async function walk(directory: string, labels: readonly string[], found: Namespace[]): Promise<void> {
  const folder = join(directory, ...labels);
  let hasDocuments = false;
  for (const name of await foldersOf(folder)) {
    const isShard = name.length === shardLength && (await idsOfShard(folder, name)).length > 0;
    hasDocuments ||= isShard;
    if (label.test(name) && labels.length < maxDepth) await walk(directory, [...labels, name], found);
  }
  const namespace = labels.join('.');
  if (hasDocuments && isNamespace(namespace)) found.push(namespace);
}

async function idsOfShard(folder: string, shard: string): Promise<readonly DocumentId[]> {
  const rests = await foldersOf(join(folder, shard));
  return rests.map((rest) => shard + rest).filter(isDocumentId);
}

/** Names of the real folders in `path`: links to folders are left out. */
async function foldersOf(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}

async function isFolder(path: string): Promise<boolean> {
  return lstat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
