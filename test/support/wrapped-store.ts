import type { DocumentStore } from '../../src/core/store/document-store.ts';

/** `store` with some of its methods replaced. */
export function wrapStore(store: DocumentStore, replaced: Partial<DocumentStore>): DocumentStore {
  return {
    load: (id) => store.load(id),
    append: (id, addition) => store.append(id, addition),
    interior: (id, sequence) => store.interior(id, sequence),
    vouch: (id, vouching) => store.vouch(id, vouching),
    compact: (id, compaction) => store.compact(id, compaction),
    setAside: (id, aside) => store.setAside(id, aside),
    setAsideChunks: (options) => store.setAsideChunks(options),
    setAsideBytes: (place) => store.setAsideBytes(place),
    unchecked: (limit) => store.unchecked(limit),
    facts: (id) => store.facts(id),
    list: (options) => store.list(options),
    summary: () => store.summary(),
    close: () => store.close(),
    ...replaced,
  };
}
