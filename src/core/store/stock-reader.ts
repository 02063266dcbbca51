import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { Failure } from '../failure.ts';
import type { DocumentId } from './document-id.ts';
import type { ListedDocument, NamespaceReader, NamespaceSummary, ReadDocument } from './namespace-reader.ts';
import { listStockChunks, listStockDocuments } from './stock-layout.ts';

/** As much as one document may hold inflated, so no chunk is longer. */
const maxChunkBytes = 256 * 1024 * 1024;

/** Reads a namespace that automerge-repo's file storage wrote and no server has imported yet. */
export class StockReader implements NamespaceReader {
  readonly #folder: string;

  constructor(namespaceFolder: string) {
    this.#folder = namespaceFolder;
  }

  async summary(): Promise<NamespaceSummary> {
    let documentCount = 0;
    let sizeBytes = 0;
    let changedAt: number | undefined;
    for await (const document of this.list()) {
      documentCount += 1;
      sizeBytes += document.sizeBytes;
      changedAt = Math.max(changedAt ?? 0, document.changedAt);
    }
    return { documentCount, sizeBytes, changedAt };
  }

  async *list(): AsyncGenerator<ListedDocument> {
    for (const id of await listStockDocuments(this.#folder)) {
      const facts = await this.facts(id);
      if (facts) yield facts;
    }
  }

  async facts(id: DocumentId): Promise<ListedDocument | undefined> {
    const paths = await listStockChunks(this.#folder, id);
    if (paths.length === 0) return undefined;
    const found = await Promise.all(paths.map((path) => lstat(path)));
    return {
      id,
      chunkCount: found.length,
      sizeBytes: found.reduce((sum, file) => sum + file.size, 0),
      changedAt: Math.floor(Math.max(...found.map((file) => file.mtimeMs))),
    };
  }

  async load(id: DocumentId): Promise<ReadDocument | undefined> {
    const chunks: Uint8Array[] = [];
    for (const path of await listStockChunks(this.#folder, id)) chunks.push(await readChunk(path));
    return chunks.length === 0 ? undefined : { chunks, heads: undefined };
  }

  [Symbol.dispose](): void {}
}

/** The bytes of one chunk file: a plain file, not too long, and an increment only under its own hash. */
async function readChunk(path: string): Promise<Uint8Array> {
  // Without O_NONBLOCK the open of a FIFO waits for a writer.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  await using file = await open(path, flags).catch((cause: unknown) => {
    throw new Failure('StoreDamaged', `${path} cannot be opened as a plain file.`, { cause });
  });
  const found = await file.stat();
  if (!found.isFile()) throw new Failure('StoreDamaged', `${path} is not a plain file.`);
  if (found.size > maxChunkBytes) {
    throw new Failure('StoreDamaged', `${path} has ${found.size} bytes; a chunk may have ${maxChunkBytes}.`);
  }
  const bytes = new Uint8Array(await file.readFile());
  const isIncrement = basename(dirname(path)) === 'incremental';
  if (isIncrement && createHash('sha256').update(bytes).digest('hex') !== basename(path)) {
    throw new Failure('StoreDamaged', `${path} does not hold the bytes its name is the hash of.`);
  }
  return bytes;
}
