import { hasAutomergeStopped, loadAutomerge, type Doc, type SyncState } from '../automerge.ts';
import { Failure } from '../failure.ts';
import { changeHash, firstChunk } from '../store/chunk-format.ts';
import type { Heads, StoredDocument } from '../store/document-store.ts';
import { sameHeads } from '../store/heads.ts';

type Automerge = Awaited<ReturnType<typeof loadAutomerge>>;

/** Chunks and the heads they should make up. */
interface Opening {
  readonly heads: Heads;
  readonly chunks: readonly Uint8Array[];
}

/** What a received message added to a document. */
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
  load(stored: Pick<StoredDocument, 'heads' | 'chunks'> | undefined): MaterialisedDocument {
    if (!stored) return new MaterialisedDocument(this.#automerge);
    const { heads, chunks } = stored;
    return open(this.#automerge, { heads, chunks: chunks.map(({ bytes }) => bytes) });
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

  constructor(automerge: Automerge) {
    this.#automerge = automerge;
    this.#doc = initWithoutContent(automerge);
  }

  /** Sorted, as the store keeps them. */
  get heads(): Heads {
    return this.#automerge.getHeads(this.#doc).toSorted();
  }

  /** The hashes of its changes, 32 bytes each, in the order Automerge writes them. */
  get interior(): Uint8Array {
    const metas = this.#automerge.getChangesMetaSince(this.#doc, []);
    return Uint8Array.fromHex(metas.map(({ hash }) => hash).join(''));
  }

  get operations(): number {
    return this.#automerge.stats(this.#doc).numOps;
  }

  /** Whether it holds changes that wait for others before them. They are in memory only. */
  get isIncomplete(): boolean {
    return this.#automerge.getMissingDeps(this.#doc, []).length > 0;
  }

  /** Takes in stored chunks; throws at chunks that make no sense. */
  take(chunks: readonly Uint8Array[]): void {
    this.#automerge.getBackend(this.#doc).loadIncremental(Buffer.concat(chunks));
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

  /**
   * What came since the document had these heads; one whole chunk where it had none. Throws where it could not
   * be read again: Automerge takes in changes that it writes down as others, and their document is lost.
   */
  growthSince(heads: Heads): Growth | undefined {
    const now = this.heads;
    if (sameHeads(now, heads)) return undefined;
    if (heads.length === 0) return { chunks: [this.save()], heads: now };
    const chunks = this.#automerge.getChangesSince(this.#doc, [...heads]);
    const metas = this.#automerge.getChangesMetaSince(this.#doc, [...heads]);
    if (chunks.length !== metas.length || chunks.some((chunk, n) => changeHash(chunk) !== metas[n]?.hash)) {
      throw new Failure('ProtocolViolation', 'a change is not written the way its hash says');
    }
    return { chunks, heads: now };
  }

  /** The whole document as one chunk, opened once to be sure that it can be. Throws where it cannot. */
  save(): Uint8Array {
    // Changes that wait for others follow the document; they are not part of it.
    const chunk = firstChunk(this.#automerge.save(this.#doc)) ?? new Uint8Array();
    open(this.#automerge, { heads: this.heads, chunks: [chunk] }).free();
    return chunk;
  }

  free(): void {
    try {
      this.#automerge.free(this.#doc);
    } catch {
      // Only once Automerge has stopped: then no memory is given back, and the process is about to end.
    }
  }
}

function open(automerge: Automerge, { heads, chunks }: Opening): MaterialisedDocument {
  const document = new MaterialisedDocument(automerge);
  try {
    document.take(chunks);
    if (sameHeads(document.heads, heads)) return document;
  } catch (error) {
    document.free();
    if (hasAutomergeStopped()) throw error;
    throw new Failure('StoreDamaged', 'The stored chunks of a document do not load.', { cause: error });
  }
  document.free();
  throw new Failure('StoreDamaged', 'The stored chunks of a document do not make up its heads.');
}

/**
 * Nobody looks at content here. Left alone, Automerge builds JavaScript objects of all that arrives, and a
 * document nested deeply enough overflows the stack of the WASM and with it every document of the process.
 */
function initWithoutContent(automerge: Automerge): Doc<unknown> {
  const doc = automerge.init();
  Object.assign(automerge.getBackend(doc), {
    applyAndReturnPatches(_: unknown, state: unknown) {
      const value: unknown = Object.create(doc, { [stateSymbol]: { value: state } });
      return { value, patches: [] };
    },
  });
  return doc;
}
