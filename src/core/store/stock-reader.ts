import { lstat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { documentUrl, type DocumentId } from './document-id.ts';
import type { IndexReader } from './nodefs/index-reader.ts';
import { layStockDocument } from './stock-examination.ts';
import type { LaidDocument } from './laid-document.ts';
import type { ListedDocument, NamespaceReader, NamespaceSummary, ReadDocument } from './namespace-reader.ts';
import { readStockChunk } from './stock-chunk.ts';
import type { StoreFinding } from './store-finding.ts';
import { listStockChunks, listStockDocuments } from './stock-layout.ts';

const attempts = 10;

/** Reads a namespace in the layout of automerge-repo's file storage: not imported yet, or lived in by a server. */
export class StockReader implements NamespaceReader {
  readonly #base: string;
  readonly #index: IndexReader | undefined;

  /** With the index that a server keeps of the files it lives in. */
  constructor(base: string, index?: IndexReader) {
    this.#base = base;
    this.#index = index;
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
    for (const id of await listStockDocuments(this.#base)) {
      const facts = await this.facts(id);
      if (facts) yield facts;
    }
  }

  async facts(id: DocumentId): Promise<ListedDocument | undefined> {
    return this.#steadily(id, async (paths) => {
      if (paths.length === 0) return undefined;
      const found = await Promise.all(paths.map((path) => lstat(path)));
      return {
        id,
        chunkCount: found.length,
        sizeBytes: found.reduce((sum, file) => sum + file.size, 0),
        changedAt: Math.floor(Math.max(...found.map((file) => file.mtimeMs))),
      };
    });
  }

  async load(id: DocumentId): Promise<ReadDocument | undefined> {
    return this.#steadily(id, async (paths) => {
      const chunks: Uint8Array[] = [];
      for (const path of paths) chunks.push(await readStockChunk(path));
      return chunks.length === 0 ? undefined : { chunks, heads: undefined };
    });
  }

  async lay(id: DocumentId): Promise<LaidDocument | undefined> {
    const laid = await this.#steadily(id, async (paths) => layStockDocument(id, paths));
    if (laid === undefined || laid.chunks.length === 0) return undefined;
    return { ...laid, known: await this.#index?.known(id) };
  }

  /** Whatever is not a chunk is a stray, and no part of the store. */
  async findings(): Promise<readonly StoreFinding[]> {
    const present = new Set(await listStockDocuments(this.#base));
    const gone = ((await this.#index?.documents()) ?? []).filter((id) => !present.has(id));
    const problem = 'all files of this document are gone';
    return gone.map((id): StoreFinding => ({
      kind: 'record',
      id,
      problem: `${documentUrl(id)}: ${problem}`,
    }));
  }

  [Symbol.dispose](): void {
    this.#index?.[Symbol.dispose]();
  }

  /** A server that lives in these files may compact the document meanwhile: then it is read again. */
  async #steadily<Result>(
    id: DocumentId,
    read: (paths: readonly string[]) => Promise<Result>,
  ): Promise<Result> {
    for (let attempt = 1; ; attempt += 1) {
      const paths = await this.#chunkPaths(id);
      try {
        return await read(paths);
      } catch (error) {
        const isSteady = (await this.#chunkPaths(id)).join() === paths.join();
        if (isSteady || attempt === attempts) throw error;
      }
    }
  }

  /** An id that a person typed was not listed: the folders that lead to its chunks may be links. */
  async #chunkPaths(id: DocumentId): Promise<readonly string[]> {
    const paths = await listStockChunks(this.#base, id);
    const [first] = paths;
    if (first === undefined) return [];
    const documentFolder = dirname(dirname(first));
    const isReal = (await isFolder(dirname(documentFolder))) && (await isFolder(documentFolder));
    return isReal ? paths : [];
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await lstat(path)).isDirectory();
}
