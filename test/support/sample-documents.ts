import { loadAutomerge } from '../../src/core/automerge.ts';
import { isDocumentId, type DocumentId } from '../../src/core/store/document-id.ts';
import type { Addition, Compaction, StoredDocument } from '../../src/core/store/document-store.ts';
import bs58check from 'bs58check';

/** The id whose sixteen bytes all have this value: different numbers, different ids, the same each time. */
export function sampleId(number: number): DocumentId {
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setUint32(12, number);
  const id = bs58check.encode(bytes);
  if (!isDocumentId(id)) throw new Error(`${id} should be a document id`);
  return id;
}

const automerge = await loadAutomerge();

/** A document that grows by one list entry at a time, and gives what a store would be told of it. */
export class SampleDocument {
  #document = automerge.from<{ entries: string[] }>({ entries: [] });
  #savedHeads: readonly string[] = [];

  get heads(): readonly string[] {
    return automerge.getHeads(this.#document);
  }

  /** The heads before the last change. */
  get before(): readonly string[] {
    const changes = automerge.getChangesMetaSince(this.#document, []);
    return changes.at(-1)?.deps ?? [];
  }

  get snapshot(): Uint8Array {
    return automerge.save(this.#document);
  }

  /** The hashes of its changes, as they lie in its snapshot. */
  get interior(): Uint8Array {
    const metas = automerge.getChangesMetaSince(this.#document, []);
    return Uint8Array.fromHex(metas.map(({ hash }) => hash).join(''));
  }

  /** What the store would be told of it as it is now, in the place of all up to `throughSequence`. */
  compaction(throughSequence: number): Compaction {
    const { snapshot, interior, heads } = this;
    return { snapshot, interior, heads, throughSequence };
  }

  /** The chunk with all that is new since the last call. */
  addition(): Addition {
    const chunk = automerge.saveSince(this.#document, [...this.#savedHeads]);
    this.#savedHeads = this.heads;
    return { chunks: [chunk], heads: this.heads };
  }

  /** Another device with the same, that goes its own way. */
  copy(): SampleDocument {
    const copy = new SampleDocument();
    copy.#document = automerge.clone(this.#document);
    copy.#savedHeads = this.#savedHeads;
    return copy;
  }

  write(entry: string): this {
    this.#document = automerge.change(this.#document, (draft) => {
      draft.entries.push(entry);
    });
    return this;
  }
}

export function bytesOf(stored: StoredDocument | undefined): readonly Uint8Array[] {
  return stored?.chunks.map(({ bytes }) => bytes) ?? [];
}

/** The sequence of the newest chunk; -1 where there is none. */
export function lastSequence(stored: StoredDocument | undefined): number {
  return stored?.chunks.at(-1)?.sequence ?? -1;
}

/** What the stored chunks of a `SampleDocument` hold, as Automerge reads them. */
export function readEntries(stored: StoredDocument | undefined): readonly string[] {
  if (stored === undefined) return [];
  const document = automerge.load<{ entries: string[] }>(Buffer.concat(bytesOf(stored)));
  if (automerge.getHeads(document).join() !== stored.heads.join()) {
    throw new Error('the stored heads are not those of the stored chunks');
  }
  return automerge.toJS(document).entries;
}
