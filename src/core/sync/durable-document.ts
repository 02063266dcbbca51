import type { Urgency } from '../fence/job.ts';
import type { Change } from '../format/change.ts';
import { ChangeGraph } from '../graph/change-graph.ts';
import type { OperationIndex } from '../graph/operation-index.ts';
import type { DocumentId } from '../store/document-id.ts';
import type { Heads } from '../store/document-store.ts';
import { Belief } from './belief.ts';
import { compactStored } from './compact-stored.ts';
import { judgeStored } from './judge-stored.ts';
import { bytesOf } from './judged-chunks.ts';
import type { DurableHost, DurableListener } from './durable-host.ts';
import { loadGraph } from './load-graph.ts';
import { indexOperations } from './index-operations.ts';
import { addOrphans, type Orphans } from './stored-graph.ts';
import { openClaim } from './open-claim.ts';
import { quarantinedChunks } from './quarantined-chunks.ts';

/** A compaction reads and writes the whole document: a large one waits until it has grown by this part. */
const loosePart = 1 / 8;
/** What a document costs in memory before its first change, and what its bytes do, in changes. */
const overhead = 10;
const bytesPerChange = 200;
const nothing: Orphans = new Map();

/**
 * The durable side of one document, and its change graph while that is in memory. What was stored of it is believed
 * once Automerge has opened it; a document chunk from outside is its sender's claim before.
 */
export class DurableDocument {
  readonly #id: DocumentId;
  readonly #host: DurableHost;
  readonly #listener: DurableListener;
  #heads: Heads | undefined;
  readonly #belief = new Belief();
  #sizeBytes = 0;
  #graph: ChangeGraph | undefined;
  /** What is stored and not in the graph: it waits for a change that is lost. */
  #orphans = nothing;
  /** Of all that is in the graph; made when a change comes. */
  #operations: OperationIndex | undefined;
  /** Chunks beside the first; known once the document was loaded. */
  #looseChunks = 0;

  constructor(id: DocumentId, host: DurableHost, listener: DurableListener) {
    this.#id = id;
    this.#host = host;
    this.#listener = listener;
  }

  /** Whether it was looked for. */
  get isKnown(): boolean {
    return this.#heads !== undefined;
  }

  /** As they are stored; empty where nothing is, and before `look`. */
  get heads(): Heads {
    return this.#heads ?? [];
  }

  /** Whether all that is stored may be believed and served. */
  get isOpened(): boolean {
    return this.#belief.isOpened;
  }

  /** Whether changes came that Automerge has not seen and should; it would refuse those that wait for others. */
  get isToBeJudged(): boolean {
    return this.#orphans.size === 0 && this.#belief.isToBeJudged(this.#sizeBytes);
  }

  /** How many times as long as that of a small document its judgement may wait: it costs as much more. */
  get judgementTurns(): number {
    return Math.max(1, Math.ceil(this.#sizeBytes / Math.max(1, this.#host.limits.judgedBytes)));
  }

  /** Whether Automerge should look at it before somebody takes all of it; for a large one nobody waits so long. */
  get isDoubtful(): boolean {
    const isQuick = this.judgementTurns === 1 || this.#belief.isSuspect;
    return isQuick && this.#orphans.size === 0 && this.#belief.isDoubtful;
  }

  /** Whether so much came since the last compaction that one is worth its cost. */
  get isLoose(): boolean {
    if (this.#orphans.size > 0) return false; // They would not be in it.
    const changes = this.#graph?.size ?? 0;
    return this.#looseChunks > Math.max(this.#host.limits.chunksBeforeCompaction, changes * loosePart);
  }

  /** What it holds in memory, in changes. */
  get weight(): number {
    const changes = this.#graph?.size ?? 0;
    const bytes = this.#sizeBytes + (this.#operations?.sizeBytes ?? 0);
    return changes === 0 ? 0 : overhead + changes + bytes / bytesPerChange;
  }

  /** Learns what is stored, at the first call. */
  async look(): Promise<void> {
    if (this.#heads) return;
    const facts = await this.#host.store.facts(this.#id);
    this.#heads = facts?.heads ?? [];
    this.#sizeBytes = facts?.sizeBytes ?? 0;
    this.#belief.found(facts?.isChecked ?? true);
  }

  /** Its change graph; what was only claimed is opened for it. `StoreDamaged` where nothing of it can be read. */
  async graph(urgency: Urgency = 'awaited'): Promise<ChangeGraph> {
    await this.look();
    return (this.#graph ??= this.heads.length === 0 ? new ChangeGraph() : await this.#load(urgency));
  }

  /** The operations of what is in its graph. */
  async operations(): Promise<OperationIndex> {
    const graph = await this.graph();
    const { store, limits } = this.#host;
    const source = { load: () => store.load(this.#id), limit: limits.operationRuns };
    return (this.#operations ??= await indexOperations(graph, source));
  }

  /** Has what was claimed opened while nobody waits for it. */
  async open(): Promise<void> {
    const opened = await openClaim(this.#id, this.#host, this.#listener);
    if (opened === undefined) {
      await this.graph('background');
      return;
    }
    if (opened === 'refused') this.#heads = [];
    this.#belief.opened();
  }

  /** Everything that is stored and does not wait for others, oldest first. */
  async chunks(): Promise<readonly Uint8Array[]> {
    const stored = await this.#host.store.load(this.#id);
    if (!stored) return [];
    if (stored.damaged.length > 0) await this.graph(); // Its heads are those of what is left.
    const orphans = new Set(this.#orphans.values());
    return bytesOf(stored.chunks.filter(({ sequence }) => !orphans.has(sequence)));
  }

  /** What is in quarantine of it, as far as that is not too much. */
  quarantined(): Promise<readonly Uint8Array[]> {
    return quarantinedChunks(this.#id, this.#host.store);
  }

  /** The chunks of these changes; those inside a document chunk are taken out of it. */
  async changes(indices: readonly number[]): Promise<readonly Uint8Array[]> {
    const graph = await this.graph();
    const inside = indices.filter((index) => graph.bytesAt(index) === undefined);
    const extracted = await this.#extract(inside.map((index) => graph.hashAt(index)));
    const taken = new Map(inside.map((index, nth) => [index, extracted[nth]]));
    return indices.flatMap((index) => graph.bytesAt(index) ?? taken.get(index) ?? []);
  }

  /** Stores a whole document that is its sender's claim; there must be nothing yet. */
  async claim(chunk: Uint8Array, heads: Heads): Promise<void> {
    await this.#host.store.append(this.#id, { chunks: [chunk], heads });
    this.release();
    this.#heads = heads;
    this.#sizeBytes = chunk.length;
    this.#belief.claimed();
  }

  /** Stores changes that are in the graph already. What waited for them in the store joins them there. */
  async append(changes: readonly Pick<Change, 'bytes' | 'hash'>[]): Promise<void> {
    const graph = await this.graph();
    const stored = new Set([...this.#orphans.keys()].map(({ hash }) => hash));
    const chunks = changes.filter(({ hash }) => !stored.has(hash)).map(({ bytes }) => bytes);
    this.#adopt(graph);
    const { heads } = graph;
    await this.#host.store.append(this.#id, { chunks, heads });
    this.#heads = heads;
    this.#belief.added(this.#operations?.isComplete === true);
    this.#looseChunks += chunks.length;
    this.#sizeBytes += chunks.reduce((sum, { length }) => sum + length, 0);
  }

  /** Has Automerge judge what came since it last did; what it refuses is set aside, with what builds on it. */
  async judge(urgency: Urgency): Promise<void> {
    await this.graph(urgency);
    if (this.#orphans.size > 0) return; // Automerge would refuse them.
    const left = await judgeStored(this.#id, this.#host, this.#listener, urgency);
    this.#belief.judged();
    if (!left) return;
    this.release();
    this.#graph = left;
    this.#heads = left.heads;
  }

  /** Makes one chunk of all but the newest; false where Automerge cannot, and everything stays. */
  async compact(): Promise<boolean> {
    this.#looseChunks = 0; // Should it fail, it is tried again when as much has come once more.
    const left = await compactStored(this.#id, this.#host);
    this.#belief.compacted(left !== undefined);
    this.#looseChunks += left ?? 0;
    return left !== undefined;
  }

  /** Gives the memory back. */
  release(): void {
    this.#graph = undefined;
    this.#orphans = nothing;
    this.#operations = undefined;
  }

  /** Gives up what is known of the disk, after it failed. */
  forget(): void {
    this.release();
    this.#heads = undefined;
  }

  #adopt(graph: ChangeGraph): void {
    if (this.#orphans.size === 0) return;
    const left = addOrphans(graph, this.#orphans);
    if (left.size < this.#orphans.size) this.#operations = undefined;
    this.#orphans = left;
  }

  async #load(urgency: Urgency): Promise<ChangeGraph> {
    const loaded = await loadGraph(this.#id, this.#host, this.#listener, urgency);
    this.#heads = loaded.graph.heads;
    this.#belief.loaded(loaded);
    this.#orphans = loaded.orphans;
    this.#looseChunks = loaded.looseChunks;
    return loaded.graph;
  }

  async #extract(hashes: readonly string[]): Promise<readonly Uint8Array[]> {
    if (hashes.length === 0) return [];
    const extracted = await this.#host.fence.extract(await this.chunks(), hashes);
    return extracted.kind === 'extracted' ? extracted.changes : [];
  }
}
