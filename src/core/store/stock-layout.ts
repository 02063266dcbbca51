import { constants, type Dirent } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../failure.ts';
import { isDocumentId, type DocumentId } from './document-id.ts';
import { readFolder } from './folder.ts';

/**
 * The layout of `@automerge/automerge-repo-storage-nodefs`, the same in 1.x and 2.x:
 * `<base>/<first 2 of id>/<rest of id>/{snapshot,incremental}/<hash>`.
 */
export interface StockDocument {
  readonly id: DocumentId;
  readonly directory: string;
}

export interface StockChunk {
  readonly kind: 'snapshot' | 'incremental';
  /** A snapshot's: SHA-256 of its heads; an incremental's: SHA-256 of its bytes; in hex. */
  readonly hash: string;
  readonly bytes: Uint8Array;
}

const shardLength = 2;
const hashName = /^[0-9a-f]{64}$/;
const mebibyte = 2 ** 20;
/** Larger ones are refused, as are documents larger in sum: they are read into memory whole. */
const limitBytes = 256 * mebibyte;

/** The document of a folder `rest` inside a folder `shard`; undefined where it is not one, like `st/orage-adapter-id`. */
export function stockDocumentId(shard: string, rest: string): DocumentId | undefined {
  if (shard.length !== shardLength) return undefined;
  const joined = shard + rest;
  return isDocumentId(joined) ? joined : undefined;
}

/** Whether one of `entries`, the content of `directory`, is a shard with a document in it. */
export function holdsStockDocuments(directory: string, entries: readonly Dirent[]): boolean {
  return entries.some(
    (entry) =>
      isShard(entry) &&
      readFolder(join(directory, entry.name)).some(
        (rest) => rest.isDirectory() && stockDocumentId(entry.name, rest.name) !== undefined,
      ),
  );
}

/** The documents in the stock layout below `directory`, in no order. Links are not followed. */
export function* stockDocuments(directory: string): Generator<StockDocument> {
  for (const shard of readFolder(directory).filter(isShard)) {
    const shardDirectory = join(directory, shard.name);
    for (const rest of readFolder(shardDirectory)) {
      const id = stockDocumentId(shard.name, rest.name);
      if (rest.isDirectory() && id !== undefined) yield { id, directory: join(shardDirectory, rest.name) };
    }
  }
}

function isShard(entry: Dirent): boolean {
  return entry.isDirectory() && entry.name.length === shardLength;
}

/**
 * The chunks of a document, snapshots first. Files whose name is no hash are strays and left out;
 * a chunk that is a link, a FIFO or too large is `StoreDamaged`: the document would not be whole without it.
 */
export async function readStockChunks(document: StockDocument): Promise<readonly StockChunk[]> {
  const chunks: StockChunk[] = [];
  let sizeBytes = 0;
  const kinds = await readdir(document.directory, { withFileTypes: true });
  for (const kind of ['snapshot', 'incremental'] as const) {
    const folder = kinds.find(({ name }) => name === kind);
    if (folder === undefined) continue;
    if (!folder.isDirectory()) throw new Failure('StoreDamaged', `its ${kind} is not a folder`);
    for (const hash of await readdir(join(document.directory, kind))) {
      if (!hashName.test(hash)) continue;
      const bytes = await readChunk(join(document.directory, kind, hash), `${kind}/${hash}`);
      sizeBytes += bytes.length;
      if (sizeBytes > limitBytes) throw new Failure('StoreDamaged', tooLarge('it'));
      chunks.push({ kind, hash, bytes });
    }
  }
  return chunks;
}

/** Never follows a link and never waits for a writer: what is opened is looked at before it is read. */
async function readChunk(path: string, name: string): Promise<Uint8Array> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  await using file = await open(path, flags);
  const stat = await file.stat();
  if (!stat.isFile()) throw new Failure('StoreDamaged', `${name} is not a regular file`);
  if (stat.size > limitBytes) throw new Failure('StoreDamaged', tooLarge(name));
  return await file.readFile();
}

function tooLarge(what: string): string {
  return `${what} is larger than ${limitBytes / mebibyte} MiB`;
}
