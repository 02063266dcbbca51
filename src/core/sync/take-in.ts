import type { DocumentFence } from '../fence/fence.ts';
import { Failure } from '../failure.ts';
import { readChange, type Change, type ChangeRefusal } from '../format/change.ts';
import { documentType, readChunks } from '../format/chunk.ts';
import { ChunkMeter, type Budget } from '../format/cost.ts';
import { readDocument, type DocumentChunk } from '../format/document.ts';
import { Ahead } from '../graph/ahead.ts';
import type { ChangeGraph } from '../graph/change-graph.ts';
import { DependencyQueue } from '../graph/dependency-queue.ts';
import { placeOf } from '../graph/next-change.ts';
import type { OperationIndex } from '../graph/operation-index.ts';
import { Pasts } from '../graph/pasts.ts';
import { defaultSyncLimits, type SyncLimits } from './limits.ts';

/** What the chunks of a message are, each looked at and measured, none believed. */
export interface Luggage {
  readonly changes: readonly Change[];
  readonly documents: readonly DocumentChunk[];
}

export interface TakenIn {
  /** In the graph now, to be stored. */
  readonly news: readonly Change[];
  /** Changes that wait for others, and those others. */
  readonly missing: readonly string[];
  /** Why one of them cannot be; what stands before it is taken in. */
  readonly refused: Failure | undefined;
}

export type TakeInLimits = Pick<SyncLimits, 'headsPerDocument' | 'walkedPerMessage'>;

/**
 * Reads and measures the chunks of a message, together. Throws `ProtocolViolation` at what is no whole chunk or no sound change,
 * `PayloadTooLarge` at what would hold up everybody else.
 */
export function unpack(parts: readonly Uint8Array[], budget: Budget): Luggage {
  const meter = new ChunkMeter(budget);
  const changes: Change[] = [];
  const documents: DocumentChunk[] = [];
  for (const part of parts) {
    const chunks = readChunks(part);
    if (chunks === undefined) throw violation('a change in it is not whole');
    for (const chunk of chunks) {
      if (chunk.type === documentType) documents.push(refusing(readDocument(chunk, meter)));
      else changes.push(refusing(readChange(chunk, meter)));
    }
  }
  return { changes, documents };
}

/** The changes of whole documents that a graph lacks, taken out behind the fence. Throws as `unpack`. */
export async function takeOut(
  graph: ChangeGraph,
  documents: readonly DocumentChunk[],
  { fence, budget }: { readonly fence: DocumentFence; readonly budget: Budget },
): Promise<readonly Change[]> {
  const changes: Change[] = [];
  for (const { bytes } of documents) {
    const opened = await fence.open(bytes, 'awaited');
    if (opened.kind === 'refused')
      throw violation(`Automerge cannot open a document in it: ${opened.reason}`);
    const unknown = hashesIn(opened.interior).filter((hash) => !graph.has(hash));
    if (unknown.length === 0) continue;
    const extracted = await fence.extract([bytes], unknown);
    if (extracted.kind === 'refused')
      throw violation(`Automerge cannot take a document in it apart: ${extracted.reason}`);
    changes.push(...unpack(extracted.changes, budget).changes);
  }
  return changes;
}

/** Adds the changes that go on from a graph to it and to the index of its operations, up to the first that cannot. */
export function takeIn(
  graph: ChangeGraph,
  operations: OperationIndex,
  changes: readonly Change[],
  limits: TakeInLimits = defaultSyncLimits,
): TakenIn {
  const news: Change[] = [];
  const queue = new DependencyQueue(graph, changes);
  const ahead = new Ahead(changes);
  const pasts = new Pasts(graph);
  for (const change of inTurn(graph, queue, ahead)) {
    const place = placeOf(graph, change, pasts);
    if (place.kind === 'ahead') ahead.add(change);
    if (place.kind !== 'next' && place.kind !== 'refused') continue;
    const refused =
      place.kind === 'refused'
        ? impossible(place.reason)
        : (whyTooMuch(graph, change, { pasts, limits }) ?? impossible(operations.take(change, graph, pasts)));
    if (refused) return { news, missing: none, refused };
    graph.add(change);
    news.push(change);
    queue.added(change.hash);
  }
  if (!ahead.isEmpty) {
    return { news, missing: none, refused: violation('a change in it counts its operations from far ahead') };
  }
  return { news, missing: missingFor(graph, queue.waiting), refused: undefined };
}

/** Why a change that can be is not taken in all the same; one that leaves no more heads than there are is. */
function whyTooMuch(
  graph: ChangeGraph,
  { dependencies }: Change,
  { pasts, limits }: { readonly pasts: Pasts; readonly limits: TakeInLimits },
): Failure | undefined {
  const { headsPerDocument, walkedPerMessage } = limits;
  if (pasts.steps > walkedPerMessage) {
    return new Failure(
      'PayloadTooLarge',
      'its changes branch off too often to be taken in at once; what came before is kept, so send the rest again',
    );
  }
  const isOneMore = !dependencies.some((hash) => graph.isHead(hash));
  return isOneMore && graph.headCount >= headsPerDocument ? tooManyHeads(headsPerDocument) : undefined;
}

/** For a document that would have more heads than this. */
export function tooManyHeads(most: number): Failure {
  return new Failure(
    'PayloadTooLarge',
    `a document may have ${most} changes that nobody has built on yet; merge some by an edit first`,
  );
}

/** What the queue gives, and then what is ahead no longer, over and over. */
function* inTurn(graph: ChangeGraph, queue: DependencyQueue<Change>, ahead: Ahead<Change>): Iterable<Change> {
  for (;;) {
    yield* queue;
    const reached = [...ahead.reached(graph.maxOp)];
    if (reached.length === 0) return;
    queue.again(reached);
  }
}

/** What orphans wait for, and they themselves: who sent them takes them for received. */
function missingFor(graph: ChangeGraph, orphans: readonly Change[]): readonly string[] {
  const hashes = orphans.flatMap(({ hash, dependencies }) => [...dependencies, hash]);
  return [...new Set(hashes)].filter((hash) => !graph.has(hash));
}

const none: readonly string[] = [];
const hashBytes = 32;

function* hashesOf(interior: Uint8Array): Iterable<string> {
  for (let at = 0; at < interior.length; at += hashBytes) yield interior.subarray(at, at + hashBytes).toHex();
}

function hashesIn(interior: Uint8Array): readonly string[] {
  return [...hashesOf(interior)];
}

function refusing<Read extends object>(read: Read | ChangeRefusal): Read {
  if (typeof read === 'object') return read;
  if (read === 'too much') {
    throw new Failure(
      'PayloadTooLarge',
      'its changes hold more operations or bytes, once inflated, than are taken at once',
    );
  }
  throw violation(read === 'broken' ? 'a change in it is not whole' : `a change in it is ${read}`);
}

function impossible(reason: string | undefined): Failure | undefined {
  return reason === undefined ? undefined : violation(`a change in it cannot be: ${reason}`);
}

function violation(reason: string): Failure {
  return new Failure('ProtocolViolation', `this sync message is refused: ${reason}`);
}
