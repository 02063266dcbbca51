import type { Urgency } from '../fence/job.ts';
import type { ChangeGraph } from '../graph/change-graph.ts';
import type { DocumentId } from '../store/document-id.ts';
import type { StoredChunk, StoredDocument, Vouching } from '../store/document-store.ts';
import type { DurableHost, DurableListener } from './durable-host.ts';
import { bytesOf } from './judged-chunks.ts';
import { buildGraph, type BuiltGraph, type GraphSource, type Orphans } from './stored-graph.ts';

export interface LoadedGraph {
  readonly graph: ChangeGraph;
  /** It is stored in pieces that cannot be set aside one by one. */
  readonly isForeign: boolean;
  /** Whether all of it was opened by this. */
  readonly isJudged: boolean;
  /** What waits for a change that is lost, until a peer brings that. */
  readonly orphans: Orphans;
  /** Chunks beside the first. */
  readonly looseChunks: number;
}

/**
 * The graph of a stored document. Document chunks that nobody has opened are opened for it, and set aside where they
 * are not what they claim; what came from elsewhere is made one chunk of; what is damaged is reported and left out, and
 * what builds on that stays stored.
 */
export async function loadGraph(
  id: DocumentId,
  host: DurableHost,
  listener: DurableListener,
  urgency: Urgency,
): Promise<LoadedGraph> {
  const stored = await host.store.load(id);
  const chunks = stored?.chunks ?? [];
  reportDamage(stored, listener);
  const source = sourceOf(id, host, urgency);
  const built = await buildGraph(chunks, source);
  const isWhole = stored?.damaged.length === 0 && built.orphans.size === 0;
  const straight =
    built.isOdd && isWhole ? await straighten(id, chunks, { host, source, listener }) : undefined;
  const settled = straight ?? built;
  const throughSequence = await settle(id, settled, host, listener);
  return {
    graph: settled.graph,
    isForeign: settled.isOdd,
    orphans: settled.orphans,
    isJudged: throughSequence !== undefined && throughSequence === chunks.at(-1)?.sequence,
    looseChunks: Math.max(0, chunks.length - 1),
  };
}

/** Where the graph of a document comes from. */
export function sourceOf(id: DocumentId, { store, fence }: DurableHost, urgency: Urgency): GraphSource {
  return { fence, urgency, interior: (sequence) => store.interior(id, sequence) };
}

/** Writes down that Automerge has opened something. Nobody waits for it, nor for a disk that is full. */
export async function vouch(
  id: DocumentId,
  vouching: Vouching,
  { store }: Pick<DurableHost, 'store'>,
  listener: DurableListener,
): Promise<void> {
  await store.vouch(id, vouching).catch((error: unknown) => listener.unwritten(error));
}

function reportDamage(stored: StoredDocument | undefined, listener: DurableListener): void {
  for (const { reason } of stored?.damaged ?? []) listener.damaged(reason);
}

interface Straightening {
  readonly host: DurableHost;
  readonly source: GraphSource;
  readonly listener: DurableListener;
}

/** Has Automerge make one chunk of what came from elsewhere; undefined where it cannot, or the store does not take that. */
async function straighten(
  id: DocumentId,
  chunks: readonly StoredChunk[],
  { host, source, listener }: Straightening,
): Promise<BuiltGraph | undefined> {
  const throughSequence = chunks.at(-1)?.sequence;
  const made = await host.fence.compact(bytesOf(chunks));
  if (made.kind === 'refused' || throughSequence === undefined) return undefined;
  const { snapshot, interior } = made;
  try {
    await host.store.compact(id, { snapshot, interior, throughSequence });
  } catch (error) {
    listener.unwritten(error);
    return undefined;
  }
  const only = { sequence: throughSequence, bytes: snapshot, hasInterior: true };
  return buildGraph([only], { ...source, interior: async () => interior });
}

/** Writes down what Automerge said of the claims; the newest one that it opened. */
async function settle(
  id: DocumentId,
  { graph, interiors, refused }: BuiltGraph,
  host: DurableHost,
  listener: DurableListener,
): Promise<number | undefined> {
  for (const [sequence, reason] of refused) {
    await host.store.setAside(id, { sequences: [sequence], reason, heads: graph.heads });
    listener.claimRefused(reason);
  }
  const throughSequence = [...interiors.keys()].at(-1);
  if (throughSequence !== undefined) await vouch(id, { interiors, throughSequence }, host, listener);
  return throughSequence;
}
