import { loadAutomerge, type Doc } from '../automerge.ts';
import { Failure } from '../failure.ts';
import type { Heads } from '../store/document-store.ts';
import type { ReadDocument } from '../store/namespace-reader.ts';

export type Automerge = Awaited<ReturnType<typeof loadAutomerge>>;

/** The root of a document as Automerge gives it to apps. */
export type Root = Record<string, unknown>;

/** What questions are asked of. */
export interface Parts {
  readonly automerge: Automerge;
  readonly document: Doc<Root>;
  /** Automerge's own interface below the one for apps, which says what objects, operations and changes there are. */
  readonly backend: ReturnType<Automerge['getBackend']>;
}

/**
 * A document in memory, as it was stored: the questions in this folder are asked of it. Its memory lies outside
 * JavaScript and is given back when it is disposed.
 */
export class OpenedDocument implements Disposable {
  /** Of its latest state. */
  readonly heads: Heads;
  readonly #parts: Parts;

  constructor(automerge: Automerge, document: Doc<Root>) {
    this.#parts = { automerge, document, backend: automerge.getBackend(document) };
    this.heads = automerge.getHeads(document).toSorted();
  }

  /** The answer of Automerge, or `StoreDamaged` where it cannot say. */
  ask<Answer>(question: (parts: Parts) => Answer): Answer {
    try {
      return question(this.#parts);
    } catch (error) {
      throw toDamage(error);
    }
  }

  /** The root as it was at these heads, which have to be some of the document's changes. */
  at(heads: Heads): Root {
    const isLatest = heads.join() === this.heads.join();
    return this.ask(({ automerge, document }) =>
      isLatest ? document : automerge.view(document, [...heads]),
    );
  }

  [Symbol.dispose](): void {
    free(this.#parts);
  }
}

/** Opens what was stored, or `StoreDamaged` where its chunks do not make the document that was stored. */
export async function openDocument({ chunks, heads }: ReadDocument): Promise<OpenedDocument> {
  const automerge = await loadAutomerge();
  // Automerge takes no bytes at all for an empty document.
  if (chunks.length === 0) throw new Failure('StoreDamaged', 'It has no chunks.');
  if (chunks.some((chunk) => chunk.length === 0)) {
    throw new Failure('StoreDamaged', 'One of its chunks is empty.');
  }
  const opened = load(automerge, chunks);
  if (heads === undefined || heads.join() === opened.heads.join()) return opened;
  opened[Symbol.dispose]();
  throw new Failure('StoreDamaged', 'Its chunks are whole but give other heads than the store recorded.');
}

function load(automerge: Automerge, chunks: readonly Uint8Array[]): OpenedDocument {
  try {
    return new OpenedDocument(automerge, automerge.load<Root>(Buffer.concat(chunks)));
  } catch (error) {
    throw toDamage(error);
  }
}

function free({ automerge, document }: Parts): void {
  try {
    automerge.free(document);
  } catch {
    // Only after a trap, which the error on its way out already tells.
  }
}

function toDamage(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const reason = error instanceof Error ? error.message : String(error);
  // After a trap in its WASM Automerge refuses everything for the rest of the process.
  if (reason === 'Module terminated') {
    return new Failure('StoreDamaged', 'It was not read: Automerge stopped at an earlier document.', {
      cause: error,
    });
  }
  return new Failure('StoreDamaged', `Automerge does not read it: ${reason}.`, { cause: error });
}
