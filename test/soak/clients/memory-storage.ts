type Key = readonly string[];

interface StoredChunk {
  readonly key: string[];
  readonly data: Uint8Array | undefined;
}

/** automerge-repo's storage, as a browser's that survives a reload: both generations ask the same five questions. */
export class MemoryStorage {
  readonly #chunks = new Map<string, Uint8Array>();

  async load(key: Key): Promise<Uint8Array | undefined> {
    return this.#chunks.get(pathOf(key));
  }

  async save(key: Key, data: Uint8Array): Promise<void> {
    this.#chunks.set(pathOf(key), data.slice());
  }

  async remove(key: Key): Promise<void> {
    this.#chunks.delete(pathOf(key));
  }

  async loadRange(prefix: Key): Promise<StoredChunk[]> {
    return this.#pathsBelow(prefix).map((path) => ({ key: path.split('/'), data: this.#chunks.get(path) }));
  }

  async removeRange(prefix: Key): Promise<void> {
    for (const path of this.#pathsBelow(prefix)) this.#chunks.delete(path);
  }

  #pathsBelow(prefix: Key): readonly string[] {
    const folder = `${pathOf(prefix)}/`;
    return [...this.#chunks.keys()].filter((path) => path.startsWith(folder));
  }
}

function pathOf(key: Key): string {
  return key.join('/');
}
