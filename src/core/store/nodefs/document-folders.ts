import { lstatSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure } from '../../failure.ts';
import type { DocumentId } from '../document-id.ts';
import { hasErrorCode } from '../error-code.ts';
import { chunkKinds, isChunkName, stockDocumentFolder } from '../stock-layout.ts';
import { chunkKey, digest, type ChunkName } from './chunk-file.ts';
import type { StoreFiles } from './store-files.ts';

/** Forgotten from here on: a folder is synced once more, and nothing else. */
const syncedLimit = 10_000;
/** A file of this name says that nothing is in it. */
const nameOfNothing = digest('');

/** The folders of all documents of a namespace. Nothing in them is remembered: each question looks. */
export class DocumentFolders {
  readonly #base: string;
  readonly #files: StoreFiles;
  /** Kind folders whose name, and that of each folder above, is on disk. */
  readonly #synced = new Set<string>();
  /** Files that lie in their place and are not yet part of their document. */
  readonly #arriving = new Set<string>();

  constructor(base: string, files: StoreFiles) {
    this.#base = base;
    this.#files = files;
  }

  path(id: DocumentId, { kind, name }: ChunkName): string {
    return join(stockDocumentFolder(this.#base, id), kind, name);
  }

  /** The chunks that lie there, whatever kind of file each is, by their keys; strays and what arrives left out. */
  list(id: DocumentId): ReadonlyMap<string, ChunkName> {
    const chunks = new Map<string, ChunkName>();
    const folder = stockDocumentFolder(this.#base, id);
    if (!isFolder(dirname(folder)) || !isFolder(folder)) return chunks;
    for (const kind of chunkKinds) {
      const path = join(folder, kind);
      for (const name of isFolder(path) ? readdirSync(path) : []) {
        if (!isChunkName(name) || name === nameOfNothing) continue;
        const chunk: ChunkName = { kind, name };
        if (!this.#arriving.has(this.path(id, chunk))) chunks.set(chunkKey(chunk), chunk);
      }
    }
    return chunks;
  }

  /** When a chunk was last written, in milliseconds since 1970; 0 where it is gone. */
  changedAt(id: DocumentId, chunk: ChunkName): number {
    return Math.floor(lstatSync(this.path(id, chunk), { throwIfNoEntry: false })?.mtimeMs ?? 0);
  }

  sizeBytes(id: DocumentId, chunk: ChunkName): number {
    return lstatSync(this.path(id, chunk), { throwIfNoEntry: false })?.size ?? 0;
  }

  /** Makes the folders down to a chunk, and gives those that have to be synced for it to be on disk. */
  prepare(id: DocumentId, { kind }: ChunkName): readonly string[] {
    const folder = stockDocumentFolder(this.#base, id);
    const last = join(folder, kind);
    const chain = [dirname(folder), folder, last];
    for (const path of chain) this.#make(path);
    return this.#synced.has(last) ? [last] : [last, folder, dirname(folder), this.#base];
  }

  /** What lies at `path` from now on is not seen before `arrived`. */
  arrives(path: string): void {
    this.#arriving.add(path);
  }

  arrived(path: string): void {
    this.#arriving.delete(path);
  }

  /** The folders that `prepare` named for a chunk are on disk. */
  synced(path: string): void {
    if (this.#synced.size >= syncedLimit) this.#synced.clear();
    this.#synced.add(dirname(path));
  }

  #make(path: string): void {
    if (isFolder(path)) return;
    try {
      this.#files.makeFolder(path);
    } catch (error) {
      if (!hasErrorCode(error, 'EEXIST')) throw error;
      throw new Failure(
        'StoreUnavailable',
        `${path} is not a folder, so the document that belongs there is not stored. Move it away.`,
        { cause: error },
      );
    }
  }
}

/** False of a link to one, too. */
function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
