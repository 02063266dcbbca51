import type { DocumentFence } from '../fence/fence.ts';
import type { Urgency } from '../fence/job.ts';
import { readChange, type Change } from '../format/change.ts';
import { documentType, readChunks, type Chunk } from '../format/chunk.ts';
import { documentChanges } from '../format/document-changes.ts';
import { readDocument } from '../format/document.ts';
import { ChangeGraph } from '../graph/change-graph.ts';
import { DependencyQueue } from '../graph/dependency-queue.ts';
import type { StoredChunk } from '../store/document-store.ts';

export interface GraphSource {
  readonly fence: DocumentFence;
  readonly urgency: Urgency;
  /** What the store keeps of the hashes inside a document chunk. */
  interior(sequence: number): Promise<Uint8Array | undefined>;
}

export interface BuiltGraph {
  readonly graph: ChangeGraph;
  /** Of the document chunks that were opened for this, by their sequence. */
  readonly interiors: ReadonlyMap<number, Uint8Array>;
  /** Why document chunks are not what they claim, by their sequence. */
  readonly refused: ReadonlyMap<number, string>;
  /** Whether something is stored in a form that is not ours: data from elsewhere. */
  readonly isOdd: boolean;
  /** Changes that wait for others, which are not stored or damaged; not in the graph. */
  readonly orphans: Orphans;
}

/** With each change the sequence of its chunk; undefined where others lie in that. */
export type Orphans = ReadonlyMap<Change, number | undefined>;

/** What is stored was measured when it came, or comes from the owner's own disk. */
const anyBudget = { inflatedBytes: 2 ** 31, operations: 2 ** 31 };

/** The graph of stored chunks, oldest first. A document chunk that nobody has opened yet is opened behind the fence. */
export async function buildGraph(stored: readonly StoredChunk[], source: GraphSource): Promise<BuiltGraph> {
  const graph = new ChangeGraph();
  const interiors = new Map<number, Uint8Array>();
  const refused = new Map<number, string>();
  const changes = new Map<Change, number | undefined>();
  let isOdd = false;
  for (const { sequence, bytes, hasInterior } of stored) {
    const chunks = readChunks(bytes) ?? [];
    const [first] = chunks;
    if (first?.type === documentType && chunks.length === 1) {
      const interior = hasInterior ? await source.interior(sequence) : undefined;
      const opened = interior ? { kind: 'opened' as const, interior } : await open(first, source);
      if (opened.kind === 'refused') refused.set(sequence, opened.reason);
      else addDocument(graph, first, opened.interior);
      if (opened.kind === 'opened' && !interior) interiors.set(sequence, opened.interior);
      continue;
    }
    // Stock storage writes several in one piece; each of ours can be set aside alone.
    if (chunks.length > 1) isOdd = true;
    for (const chunk of chunks) {
      const change = readChange(chunk, anyBudget);
      if (typeof change === 'string') isOdd = true;
      else changes.set(change, chunks.length === 1 ? sequence : undefined);
    }
  }
  return { graph, interiors, refused, isOdd, orphans: addOrphans(graph, changes) };
}

function open(chunk: Chunk, { fence, urgency }: GraphSource): ReturnType<DocumentFence['open']> {
  return fence.open(chunk.bytes, urgency);
}

/** Adds an opened document chunk to a graph. */
export function addDocument(graph: ChangeGraph, chunk: Chunk, interior: Uint8Array): void {
  const document = readDocument(chunk, anyBudget);
  const changes = typeof document === 'string' ? undefined : documentChanges(document);
  if (typeof document === 'string' || changes === undefined) {
    throw new Error('a document chunk that Automerge opens cannot be read');
  }
  graph.addDocument({ actors: document.actors, operations: document.operations, changes, interior });
}

/** Adds those of which all that they depend on is there now; gives back the others, and the graph says what they wait for. */
export function addOrphans(graph: ChangeGraph, orphans: Orphans): Orphans {
  const waiting = addInOrder(graph, [...orphans.keys()]);
  const stored = new Set(waiting.map(({ hash }) => hash));
  const lacking = waiting.flatMap(({ dependencies }) => dependencies).filter((hash) => !graph.has(hash));
  graph.awaited = [...new Set(lacking)].filter((hash) => !stored.has(hash));
  return new Map(waiting.map((change) => [change, orphans.get(change)]));
}

/** Adds changes as soon as all they depend on is there; gives back those that wait for others. */
export function addInOrder(graph: ChangeGraph, changes: readonly Change[]): readonly Change[] {
  const queue = new DependencyQueue(graph, changes);
  for (const change of queue) {
    graph.add(change);
    queue.added(change.hash);
  }
  return queue.waiting;
}
