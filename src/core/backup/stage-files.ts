import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { Failure } from '../failure.ts';
import type { Fence } from '../fence/fence.ts';
import type { Namespace } from '../lexicon/namespace.ts';
import type { DocumentId } from '../store/document-id.ts';
import { namespaceDirectory } from '../store/layout.ts';
import { readRegularFile } from '../store/stock-chunk.ts';
import { listStockChunks, listStockDocuments, stockDocumentFolder } from '../store/stock-layout.ts';
import { findHeads } from './find-heads.ts';
import { knownDocuments } from './refuse-lost.ts';
import type { StagedDocument } from './staged-document.ts';

const maxAttempts = 10;

export interface StageFilesOptions {
  readonly dataDirectory: string;
  /** The data directory that is being made. */
  readonly into: string;
  readonly temporaryDirectory: string;
  readonly fence: Pick<Fence, 'open' | 'compact'>;
}

/**
 * Copies the documents of a namespace that lives in the stock layout, each as it was at one moment. One that the index knows
 * and whose files are gone is damaged too.
 */
export async function* stageFiles(
  namespace: Namespace,
  { dataDirectory, into, temporaryDirectory, fence }: StageFilesOptions,
): AsyncGenerator<StagedDocument> {
  const from = namespaceDirectory(dataDirectory, namespace);
  const known = new Set(await knownDocuments(namespace, { dataDirectory, temporaryDirectory }));
  const ids = new Set([...(await listStockDocuments(from)), ...known]);
  for (const id of [...ids].toSorted()) {
    const chunks = await copyDocument(id, from, namespaceDirectory(into, namespace));
    if (chunks.length === 0) {
      if (known.has(id)) yield { namespace, id, heads: null, isGone: true };
      continue;
    }
    const found = chunks.includes(undefined) ? undefined : await findHeads(fence, chunks.filter(isRead));
    yield { namespace, id, heads: found ?? null };
  }
}

/**
 * The chunks of a document, copied under their names; undefined for one that is no plain file, which is left out. A server
 * may compact it meanwhile: then all of it is copied again.
 */
export async function copyDocument(
  id: DocumentId,
  from: string,
  to: string,
): Promise<readonly (Uint8Array | undefined)[]> {
  for (let attempt = 1; ; attempt += 1) {
    const paths = await listStockChunks(from, id);
    rmSync(stockDocumentFolder(to, id), { recursive: true, force: true });
    const chunks: (Uint8Array | undefined)[] = [];
    for (const path of paths) chunks.push(await copyChunk(path, join(to, relative(from, path))));
    // What came meanwhile is not in the copy; what went was compacted into something that is not in it either.
    const left = new Set(await listStockChunks(from, id));
    if (paths.every((path) => left.has(path)) || attempt === maxAttempts) return chunks;
  }
}

async function copyChunk(from: string, to: string): Promise<Uint8Array | undefined> {
  try {
    const { mtime } = await lstat(from);
    const bytes = await readRegularFile(from);
    mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
    writeFileSync(to, bytes, { mode: 0o600, flag: 'wx' });
    utimesSync(to, mtime, mtime);
    return bytes;
  } catch (error) {
    if (isGone(error) || (error instanceof Failure && error.code === 'StoreDamaged')) return undefined;
    throw error;
  }
}

function isRead(chunk: Uint8Array | undefined): chunk is Uint8Array {
  return chunk !== undefined;
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
