import type { DocumentId } from '../document-id.ts';
import type { ChunkName } from './chunk-file.ts';
import type { DocumentFolders } from './document-folders.ts';
import { isTaken, type StoreFiles } from './store-files.ts';

/** Where a store puts its files. */
export interface StoreGround {
  readonly folders: DocumentFolders;
  readonly files: StoreFiles;
  /** A path in the folder of temporary files that was not given before. */
  temporaryPath(): string;
}

/** One chunk on its way into the folder of its document, through a temporary file outside of it. */
export class PlacedFile {
  readonly #ground: StoreGround;
  readonly #id: DocumentId;
  readonly #chunk: ChunkName;
  readonly #target: string;
  #temporary: string | undefined;
  #isNew = false;

  constructor(ground: StoreGround, id: DocumentId, chunk: ChunkName) {
    this.#ground = ground;
    this.#id = id;
    this.#chunk = chunk;
    this.#target = ground.folders.path(id, chunk);
  }

  async stage(bytes: Uint8Array): Promise<void> {
    this.#temporary = this.#ground.temporaryPath();
    await this.#ground.files.write(this.#temporary, bytes);
  }

  /** What was there under this name has the same content, or is damaged: it is replaced. Gives the folders to sync. */
  place(): readonly string[] {
    const { folders, files } = this.#ground;
    const toSync = folders.prepare(this.#id, this.#chunk);
    if (this.#temporary === undefined) return toSync;
    const wasThere = isTaken(this.#target);
    if (!wasThere) folders.arrives(this.#target);
    this.#isNew = !wasThere;
    files.rename(this.#temporary, this.#target);
    this.#temporary = undefined;
    return toSync;
  }

  /** It is part of its document from now on. */
  record(): void {
    this.#ground.folders.arrived(this.#target);
  }

  /** Its folders are on disk with it. */
  finish(): void {
    this.#ground.folders.synced(this.#target);
  }

  /** Never throws: what cannot be removed lies outside of all documents, or is found the next time somebody looks. */
  undo(): void {
    const { folders, files } = this.#ground;
    folders.arrived(this.#target);
    for (const path of [this.#temporary, this.#isNew ? this.#target : undefined]) {
      try {
        if (path !== undefined) files.remove(path);
      } catch {
        // The failure that led here is the one that is told.
      }
    }
  }
}
