import { lstat } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { NodeFSStorageAdapter } from '@automerge/automerge-repo-storage-nodefs';
import { Failure } from '../../core/failure.ts';
import type { DocumentId } from '../../core/store/document-id.ts';
import { refuseStrangeChunk, stockChunkLimitBytes } from '../../core/store/stock-chunk.ts';
import { listStockChunks, stockDocumentFolder } from '../../core/store/stock-layout.ts';

/**
 * The chunks of one document in the file storage of automerge-repo, read by its own adapter, one at a time. That follows
 * links, waits for FIFOs and takes files of any size, so each is looked at before, and its bytes are checked after.
 */
export async function* readStorage(base: string, id: DocumentId): AsyncGenerator<Uint8Array> {
  const adapter = new NodeFSStorageAdapter(base);
  for (const path of await listStockChunks(base, id)) {
    await refuseStrangeFile(path);
    const bytes = await adapter.load([id, ...relative(stockDocumentFolder(base, id), path).split(sep)]);
    if (bytes === undefined) throw new Failure('StoreDamaged', `${path} has gone while it was read.`);
    refuseStrangeChunk(path, bytes);
    yield bytes;
  }
}

/** Writes a document as one snapshot, where the adapter puts it below `base`. */
export async function writeStorage(
  base: string,
  id: DocumentId,
  snapshot: { readonly name: string; readonly bytes: Uint8Array },
): Promise<void> {
  // It remembers all that it ever wrote: a new one each time.
  await new NodeFSStorageAdapter(base).save([id, 'snapshot', snapshot.name], snapshot.bytes);
}

async function refuseStrangeFile(path: string): Promise<void> {
  const file = await lstat(path);
  if (!file.isFile()) throw new Failure('StoreDamaged', `${path} is not a plain file.`);
  if (file.size > stockChunkLimitBytes) {
    throw new Failure('StoreDamaged', `${path} is larger than ${stockChunkLimitBytes / 2 ** 20} MiB.`);
  }
}
