import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isDocumentId, type DocumentId } from './document-id.ts';

/** Chunks in the order they load: the snapshots first, then what changed since. */
const kinds = ['snapshot', 'incremental'] as const;

const shardLength = 2;
const hash = /^[0-9a-f]{64}$/;

/** Whether a folder is the base of a stock store: some shard in it has a document. */
export async function holdsStockDocuments(base: string): Promise<boolean> {
  return (await listStockDocuments(base)).length > 0;
}

/** The ids of the documents in a namespace's folder, sorted. */
export async function listStockDocuments(base: string): Promise<readonly DocumentId[]> {
  const ids: DocumentId[] = [];
  for (const shard of await foldersOf(base)) {
    if (shard.length === shardLength) ids.push(...(await idsOfShard(base, shard)));
  }
  return ids.toSorted();
}

/** The paths of a document's chunk files in the order they load, whatever kind of file each is; none where there is no such document. */
export async function listStockChunks(base: string, id: DocumentId): Promise<readonly string[]> {
  const folder = join(base, id.slice(0, shardLength), id.slice(shardLength));
  const present = await foldersOf(folder);
  const paths: string[] = [];
  for (const kind of kinds) {
    if (!present.includes(kind)) continue;
    const names = (await readdir(join(folder, kind))).filter((name) => hash.test(name));
    paths.push(...names.toSorted().map((name) => join(folder, kind, name)));
  }
  return paths;
}

async function idsOfShard(folder: string, shard: string): Promise<readonly DocumentId[]> {
  const rests = await foldersOf(join(folder, shard));
  return rests.map((rest) => shard + rest).filter(isDocumentId);
}

/** Names of the real folders in `path`, which need not exist; links to folders are left out. */
async function foldersOf(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}
