import { join } from 'node:path';
import { Failure } from '../../core/failure.ts';
import type { Fence } from '../../core/fence/fence.ts';
import { unpackHashes } from '../../core/fence/hashes.ts';
import type { DocumentId } from '../../core/store/document-id.ts';
import type { Heads } from '../../core/store/document-store.ts';
import { sameHeads } from '../../core/store/heads.ts';
import { digest, nameSnapshot } from '../../core/store/nodefs/chunk-file.ts';
import { readStockChunk } from '../../core/store/stock-chunk.ts';
import { listStockChunks, stockDocumentFolder } from '../../core/store/stock-layout.ts';
import type { LeavingDocument } from './export-documents.ts';
import { writeStorage } from './nodefs-storage.ts';
import type { StagedFile } from './placed-files.ts';

/** A document that has left the store in one chunk. */
export interface LeavingSnapshot {
  readonly id: DocumentId;
  readonly bytes: Uint8Array;
  readonly heads: Heads;
}

/** All of a document in one chunk, opened behind the fence; `StoreDamaged` where that cannot be. */
export async function snapshotOf(
  { facts: { id }, stored }: LeavingDocument,
  fence: Pick<Fence, 'compact'>,
): Promise<LeavingSnapshot> {
  const made = await fence.compact(stored.chunks);
  if (made.kind === 'refused')
    throw new Failure('StoreDamaged', `Automerge does not read it: ${made.reason}.`);
  if (stored.heads && !sameHeads(stored.heads, made.heads)) {
    throw new Failure('StoreDamaged', 'Its chunks are whole but give other heads than the store recorded.');
  }
  return { id, bytes: made.snapshot, heads: made.heads };
}

/**
 * Whether the file of all that is stored lies in `base`, by its name, whole. A run after one that was interrupted gets further
 * than that one only if it need not open each document again.
 */
export async function isExported({ facts: { id }, stored }: LeavingDocument, base: string): Promise<boolean> {
  if (stored.heads === undefined || stored.heads.length === 0) return false;
  return isWhole(snapshotPath(base, id, digest(stored.heads.toSorted().join(''))));
}

/** It as the one file that automerge-repo's storage makes of it; undefined where all of it is in `base` already. */
export async function nodefsFile(
  { id, bytes, heads }: LeavingSnapshot,
  base: string,
  fence: Pick<Fence, 'compact'>,
): Promise<StagedFile | undefined> {
  const { name } = nameSnapshot(bytes);
  const path = snapshotPath(base, id, name);
  if (await isThere({ base, id, path, heads, fence })) return undefined;
  return {
    path,
    sizeBytes: bytes.length,
    async stage(staging) {
      await writeStorage(staging, id, { name, bytes });
      return snapshotPath(staging, id, name);
    },
  };
}

interface Looking {
  readonly base: string;
  readonly id: DocumentId;
  readonly path: string;
  readonly heads: Heads;
  readonly fence: Pick<Fence, 'compact'>;
}

/** Under its own name, or in what a Repo has made of it since. */
async function isThere({ base, id, path, heads, fence }: Looking): Promise<boolean> {
  const paths = await listStockChunks(base, id);
  if (paths.includes(path)) return isWhole(path);
  if (paths.length === 0) return false;
  const chunks = await Promise.all(paths.map(readStockChunk)).catch(() => []);
  if (chunks.length === 0) return false;
  const made = await fence.compact(chunks);
  if (made.kind === 'refused') return false;
  const there = new Set(unpackHashes(made.interior));
  return heads.every((head) => there.has(head));
}

async function isWhole(path: string): Promise<boolean> {
  return readStockChunk(path).then(
    () => true,
    () => false,
  );
}

function snapshotPath(base: string, id: DocumentId, name: string): string {
  return join(stockDocumentFolder(base, id), 'snapshot', name);
}
