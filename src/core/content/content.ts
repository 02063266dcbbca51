import { loadAutomerge } from '../automerge.ts';
import { Failure } from '../failure.ts';
import type { Heads } from '../store/document-store.ts';
import { changeTime } from './change-time.ts';
import { toJson, type Json } from './json.ts';
import type { ReadDocument } from '../store/namespace-reader.ts';

export interface DocumentContent {
  readonly heads: Heads;
  readonly changeCount: number;
  readonly operationCount: number;
  readonly actorCount: number;
  /** When the latest of its changes says it was made, in milliseconds since 1970; undefined where none says. */
  readonly editedAt: number | undefined;
  /** `$type` of the root, where it is a string. */
  readonly type: string | undefined;
  readonly content: Json;
}

/** What the chunks of a document say, or `StoreDamaged` where they do not make the document that was stored. */
export async function readContent(document: ReadDocument): Promise<DocumentContent> {
  const automerge = await loadAutomerge();
  // Automerge takes no bytes at all for an empty document.
  if (document.chunks.length === 0) throw new Failure('StoreDamaged', 'It has no chunks.');
  if (document.chunks.some((chunk) => chunk.length === 0)) {
    throw new Failure('StoreDamaged', 'One of its chunks is empty.');
  }
  const opened = open(automerge, document);
  try {
    const heads = automerge.getHeads(opened).toSorted();
    if (document.heads && document.heads.join() !== heads.join()) {
      throw new Failure('StoreDamaged', 'Its chunks are whole but give other heads than the store recorded.');
    }
    const stats = automerge.stats(opened);
    const type = typeof opened['$type'] === 'string' ? opened['$type'] : undefined;
    return {
      heads,
      changeCount: stats.numChanges,
      operationCount: stats.numOps,
      actorCount: stats.numActors,
      editedAt: latestTime(automerge, opened),
      type,
      content: toJson(automerge, opened),
    };
  } catch (error) {
    throw toDamage(error);
  } finally {
    free(automerge, opened);
  }
}

type Automerge = Awaited<ReturnType<typeof loadAutomerge>>;

function open(automerge: Automerge, { chunks }: ReadDocument): ReturnType<typeof load> {
  try {
    return load(automerge, chunks);
  } catch (error) {
    throw toDamage(error);
  }
}

function load(automerge: Automerge, chunks: readonly Uint8Array[]) {
  return automerge.load<Record<string, unknown>>(Buffer.concat(chunks));
}

/** Of its heads: what they depend on is older, by whatever clock. */
function latestTime(automerge: Automerge, opened: ReturnType<typeof load>): number | undefined {
  const backend = automerge.getBackend(opened);
  const times = automerge.getHeads(opened).flatMap((head) => {
    const time = changeTime(backend.getChangeMetaByHash(head)?.time ?? 0);
    return time === undefined ? [] : [time];
  });
  return times.length === 0 ? undefined : Math.max(...times);
}

function free(automerge: Automerge, opened: ReturnType<typeof load>): void {
  try {
    automerge.free(opened);
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
