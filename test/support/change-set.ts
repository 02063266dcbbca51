import * as Automerge from '@automerge/automerge';

/** The changes of a history by hash, so that any part of it that stands alone can be given to somebody. */
export class ChangeSet {
  readonly #changes = new Map<
    string,
    { readonly bytes: Uint8Array; readonly dependencies: readonly string[] }
  >();

  constructor(changes: readonly Uint8Array[]) {
    for (const bytes of changes) {
      const { hash, deps } = Automerge.decodeChange(bytes);
      if (hash) this.#changes.set(hash, { bytes, dependencies: deps });
    }
  }

  /** Each after those it depends on. */
  get hashes(): readonly string[] {
    return [...this.#changes.keys()];
  }

  /** The changes with these hashes and all before them, oldest first. */
  upTo(hashes: readonly string[]): readonly Uint8Array[] {
    const wanted = new Set<string>();
    const waiting = [...hashes];
    for (let hash = waiting.pop(); hash !== undefined; hash = waiting.pop()) {
      if (wanted.has(hash)) continue;
      wanted.add(hash);
      waiting.push(...(this.#changes.get(hash)?.dependencies ?? []));
    }
    return [...this.#changes].filter(([hash]) => wanted.has(hash)).map(([, { bytes }]) => bytes);
  }
}

/** The changes of a document as hex, the same for all who have the same. */
export function sortedChanges(doc: Automerge.Doc<unknown>): readonly string[] {
  return Automerge.getAllChanges(doc)
    .map((change) => change.toHex())
    .toSorted();
}
