import type { Dirent } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../failure.ts';
import { isDocumentId, type DocumentId } from './document-id.ts';
import { readFolder } from './folder.ts';

/*
 * The layout of `@automerge/automerge-repo-storage-nodefs`, the same in 1.x and 2.x:
 * `<base>/<first 2 of id>/<rest of id>/{snapshot,incremental}/<hash>`. Links are never followed.
 */

const shardLength = 2;
const hashName = /^[0-9a-f]{64}$/;
/** Chunks in the order they load: the snapshots first, then what changed since. */
export const chunkKinds = ['snapshot', 'incremental'] as const;
export type ChunkKind = (typeof chunkKinds)[number];

/** The document of a folder `rest` inside a folder `shard`; undefined where it is not one, like `st/orage-adapter-id`. */
export function stockDocumentId(shard: string, rest: string): DocumentId | undefined {
  if (shard.length !== shardLength) return undefined;
  const joined = shard + rest;
  return isDocumentId(joined) ? joined : undefined;
}

/** Where the chunks of a document lie; its parent is the shard. */
export function stockDocumentFolder(base: string, id: DocumentId): string {
  return join(base, id.slice(0, shardLength), id.slice(shardLength));
}

/** Whether a file of this name is a chunk; any other is a stray. */
export function isChunkName(name: string): boolean {
  return hashName.test(name);
}

/** Whether a folder is the base of a stock store: some shard in it has a document. */
export async function holdsStockDocuments(base: string): Promise<boolean> {
  for (const shard of (await readFolder(base)).filter(isShard)) {
    if ((await documentsOfShard(base, shard.name)).length > 0) return true;
  }
  return false;
}

/** The documents in the stock layout in a folder, sorted. */
export async function listStockDocuments(base: string): Promise<readonly DocumentId[]> {
  const ids: DocumentId[] = [];
  for (const shard of (await readFolder(base)).filter(isShard)) {
    ids.push(...(await documentsOfShard(base, shard.name)));
  }
  return ids.toSorted();
}

/**
 * The paths of a document's chunks in the order they load, whatever kind of file each is; none where there
 * is no such document. Files whose name is no hash are strays and left out.
 */
export async function listStockChunks(base: string, id: DocumentId): Promise<readonly string[]> {
  const folder = stockDocumentFolder(base, id);
  const present = await readFolder(folder);
  const paths: string[] = [];
  for (const kind of chunkKinds) {
    const entry = present.find(({ name }) => name === kind);
    if (entry === undefined) continue;
    const path = join(folder, kind);
    if (!entry.isDirectory()) throw new Failure('StoreDamaged', `${path} is not a folder.`);
    const names = (await readFolder(path)).map(({ name }) => name).filter((name) => isChunkName(name));
    paths.push(...names.toSorted().map((name) => join(path, name)));
  }
  return paths;
}

async function documentsOfShard(base: string, shard: string): Promise<readonly DocumentId[]> {
  const ids: DocumentId[] = [];
  for (const rest of await readFolder(join(base, shard))) {
    const id = stockDocumentId(shard, rest.name);
    if (id !== undefined && rest.isDirectory()) ids.push(id);
  }
  return ids;
}

function isShard(entry: Dirent): boolean {
  return entry.isDirectory() && entry.name.length === shardLength;
}
