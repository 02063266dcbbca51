import { loadAutomerge, type Doc, type SyncState } from '../automerge.ts';
import { Failure } from '../failure.ts';
import type { Heads, StoredDocument } from '../store/document-store.ts';
import { sameHeads } from '../store/heads.ts';

type Automerge = Awaited<ReturnType<typeof loadAutomerge>>;

/** What a round of received messages added to a document. */
export interface Growth {
  readonly chunks: readonly Uint8Array[];
  readonly heads: Heads;
}

/** Where Automerge keeps the state of a document object (its own `STATE`). */
const stateSymbol = Symbol.for('_am_meta');

/** Brings documents into memory with an Automerge that is ready. */
export class Materialiser {
  readonly #automerge: Automerge;

  private constructor(automerge: Automerge) {
    this.#automerge = automerge;
  }

  static async create(): Promise<Materialiser> {
    return new Materialiser(await loadAutomerge());
  }

  /** The document of these chunks, or an empty one. `StoreDamaged` where they do not make up the stored heads. */
  load(stored: StoredDocument | undefined): MaterialisedDocument {
    const doc = this.#automerge.init();
    const handle = this.#automerge.getBackend(doc);
    // Nobody looks at content here. Left alone, Automerge builds JavaScript objects of all that arrives, and a
    // document nested deeply enough overflows the stack of the WASM and with it every document of the process.
    Object.assign(handle, {
      applyAndReturnPatches(_: unknown, state: unknown) {
        const value: unknown = Object.create(doc, { [stateSymbol]: { value: state } });
        return { value, patches: [] };
      },
    });
    const document = new MaterialisedDocument(this.#automerge, doc);
    if (!stored) return document;
    try {
      handle.loadIncremental(Buffer.concat(stored.chunks));
      if (sameHeads(document.heads, stored.heads)) return document;
    } catch (error) {
      document.free();
      throw new Failure('StoreDamaged', 'The stored chunks of a document do not load.', { cause: error });
    }
    document.free();
    throw new Failure('StoreDamaged', 'The stored chunks of a document do not make up its heads.');
  }

  /** A fresh sync state; with `readOnly` no change of the other side is ever taken. */
  newSyncState(options: { readonly readOnly: boolean }): SyncState {
    return this.#automerge.initSyncState(options);
  }
}

/**
 * A document that Automerge holds in memory. Not durable by itself: its owner stores what `growthSince`
 * gives before anybody is told. `free` it when it is no longer needed; WASM memory is not collected.
 */
export class MaterialisedDocument {
  readonly #automerge: Automerge;
  #doc: Doc<unknown>;

  constructor(automerge: Automerge, doc: Doc<unknown>) {
    this.#automerge = automerge;
    this.#doc = doc;
  }

  /** Sorted, as the store keeps them. */
  get heads(): Heads {
    return this.#automerge.getHeads(this.#doc).toSorted();
  }

  get operations(): number {
    return this.#automerge.stats(this.#doc).numOps;
  }

  /** Takes in a sync message; the state returned replaces the one given. Throws at one that makes no sense. */
  receive(state: SyncState, message: Uint8Array): SyncState {
    const [doc, next] = this.#automerge.receiveSyncMessage(this.#doc, state, message);
    this.#doc = doc;
    return next;
  }

  /** The next message for the peer of this state, if it should hear anything. */
  generate(state: SyncState): readonly [SyncState, Uint8Array | undefined] {
    const [next, message] = this.#automerge.generateSyncMessage(this.#doc, state);
    return [next, message ?? undefined];
  }

  /** What came since the document had these heads; one whole chunk where it had none. */
  growthSince(heads: Heads): Growth | undefined {
    const now = this.heads;
    if (sameHeads(now, heads)) return undefined;
    if (heads.length === 0) return { chunks: [this.save()], heads: now };
    return { chunks: this.#automerge.getChangesSince(this.#doc, [...heads]), heads: now };
  }

  save(): Uint8Array {
    return this.#automerge.save(this.#doc);
  }

  free(): void {
    this.#automerge.free(this.#doc);
  }
}
