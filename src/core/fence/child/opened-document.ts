import { loadAutomerge } from '../../automerge.ts';
import { documentType, readChunks, type Chunk } from '../../format/chunk.ts';
import { isAsLargeAsClaimed } from '../../format/claimed-content.ts';
import { Refusal } from './refusal.ts';

type Automerge = Awaited<ReturnType<typeof loadAutomerge>>;
type Handle = ReturnType<Automerge['getBackend']>;

/** Beyond this a document is not kept: its memory is needed for the next one. */
const mostOperationsKept = 500_000;
const none: readonly Chunk[] = [];

/**
 * A document as the WASM has it, with no content built of it in JavaScript: nobody looks at content here, and a
 * document nested deeply enough would overflow the stack.
 */
export class OpenedDocument {
  readonly #handle: Handle;
  #hashes: readonly string[] | undefined;

  constructor(handle: Handle) {
    this.#handle = handle;
  }

  /** Sorted. */
  get heads(): readonly string[] {
    return this.#handle.getHeads().toSorted();
  }

  /** The hashes inside, each after those it depends on. Changes that wait for others are not among them. */
  get hashes(): readonly string[] {
    this.#hashes ??= this.#handle.getChangesMeta([]).map(({ hash }) => hash);
    return this.#hashes;
  }

  get isSmall(): boolean {
    return this.#handle.stats().numOps <= mostOperationsKept;
  }

  change(hash: string): Uint8Array | undefined {
    return this.#handle.getChangeByHash(hash) ?? undefined;
  }

  /** In the order of `hashes`. */
  changes(): readonly Uint8Array[] {
    return this.#handle.getChanges([]);
  }

  /** The document chunk, then the changes that wait. */
  save(): Uint8Array {
    return this.#handle.save();
  }

  free(): void {
    try {
      this.#handle.free();
    } catch {
      // After a panic inside it Automerge does not let go of it. The child ends before much comes together.
    }
  }
}

/** Opens documents, and keeps the one it opened last: what is validated is often split at once. */
export class DocumentOpener {
  readonly #blank: Handle;
  #last: { readonly chunks: Uint8Array; readonly document: OpenedDocument } | undefined;

  private constructor(automerge: Automerge) {
    this.#blank = automerge.getBackend(automerge.init());
  }

  static async create(): Promise<DocumentOpener> {
    return new DocumentOpener(await loadAutomerge());
  }

  /** What `use` makes of the document of these chunks. Throws what Automerge throws at them. */
  with<Result>(chunks: Uint8Array, use: (document: OpenedDocument) => Result): Result {
    const last = this.#last;
    if (last && Buffer.compare(last.chunks, chunks) === 0) return use(last.document);
    this.#last = undefined;
    last?.document.free();
    let isKept = false;
    const document = this.#open(chunks);
    try {
      const result = use(document);
      isKept = document.isSmall;
      if (isKept) this.#last = { chunks, document };
      return result;
    } finally {
      if (!isKept) document.free();
    }
  }

  /** The same, of a document that nobody asks for again. */
  once<Result>(chunks: Uint8Array, use: (document: OpenedDocument) => Result): Result {
    const document = this.#open(chunks);
    try {
      return use(document);
    } finally {
      document.free();
    }
  }

  #open(chunks: Uint8Array): OpenedDocument {
    for (const chunk of readChunks(chunks) ?? none) {
      if (chunk.type === documentType && !isAsLargeAsClaimed(chunk))
        throw new Refusal('its values are larger than it says');
    }
    const handle = this.#blank.clone();
    const document = new OpenedDocument(handle);
    try {
      if (chunks.length > 0) handle.loadIncremental(chunks);
      return document;
    } catch (error) {
      document.free();
      throw error;
    }
  }
}
