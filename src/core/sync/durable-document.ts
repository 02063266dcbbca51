import { documentType, readChunks } from '../format/chunk.ts';
import type { Change } from '../format/change.ts';
import type { Fence } from '../fence/fence.ts';
import type { Urgency } from '../fence/job.ts';
import { ChangeGraph } from '../graph/change-graph.ts';
import type { DocumentId } from '../store/document-id.ts';
import type { DocumentStore, Heads, StoredChunk } from '../store/document-store.ts';
import { buildGraph, type BuiltGraph, type GraphSource } from './stored-graph.ts';

export interface DurableDocumentOptions {
  readonly store: DocumentStore;
  readonly fence: Fence;
  /** Chunks of one document before they are compacted into one; large documents wait longer. */
  readonly chunksBeforeCompaction: number;
  /** A document chunk was not what it claimed; the rest of a sentence. */
  onRefused(reason: string): void;
}

/** A compaction reads and writes the whole document: a large one waits until enough has come. */
const changesPerLooseChunk = 100;
/** The part of the chunks that a compaction leaves as they are: who is a little behind is served without Automerge. */
const keptPart = 1 / 4;
/** What a document costs in memory before its first change, and what its bytes do, in changes. */
const overhead = 10;
const bytesPerChange = 200;

/**
 * The durable side of one document, and its change graph while that is in memory. What was stored of it is believed
 * once Automerge has opened it; a document chunk from outside is its sender's claim before.
 */
export class DurableDocument {
  readonly #id: DocumentId;
  readonly #options: DurableDocumentOptions;
  #heads: Heads | undefined;
  #isOpened = false;
  #graph: ChangeGraph | undefined;
  #graphBytes = 0;
  /** Chunks beside the first; known once the document was loaded. */
  #looseChunks = 0;

  constructor(id: DocumentId, options: DurableDocumentOptions) {
    this.#id = id;
    this.#options = options;
  }

  /** As they are stored; empty where nothing is, and before `look`. */
  get heads(): Heads {
    return this.#heads ?? [];
  }

  /** Whether all that is stored may be believed and served. */
  get isOpened(): boolean {
    return this.#isOpened;
  }

  /** Its graph, where it is in memory. */
  get loaded(): ChangeGraph | undefined {
    return this.#graph;
  }

  /** What it holds in memory, in changes. */
  get weight(): number {
    const graph = this.#graph;
    return graph ? overhead + graph.size + this.#graphBytes / bytesPerChange : 0;
  }

  /** Whether so much came since the last compaction that one is worth its cost. */
  get isLoose(): boolean {
    const changes = this.#graph?.size ?? 0;
    const most = Math.max(this.#options.chunksBeforeCompaction, changes / changesPerLooseChunk);
    return this.#looseChunks > most;
  }

  /** Learns what is stored, at the first call. */
  async look(): Promise<void> {
    if (this.#heads) return;
    const facts = await this.#options.store.facts(this.#id);
    this.#heads = facts?.heads ?? [];
    this.#isOpened = facts?.isChecked ?? true;
  }

  /** Its change graph; what was only claimed is opened for it. `StoreDamaged` where nothing of it can be read. */
  async graph(urgency: Urgency = 'awaited'): Promise<ChangeGraph> {
    await this.look();
    return (this.#graph ??= this.heads.length === 0 ? new ChangeGraph() : await this.#load(urgency));
  }

  /** Everything that is stored, oldest first. */
  async chunks(): Promise<readonly Uint8Array[]> {
    const stored = await this.#options.store.load(this.#id);
    return stored?.chunks.map(({ bytes }) => bytes) ?? [];
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
    await this.#options.store.append(this.#id, { chunks: [chunk], heads });
    this.release();
    this.#heads = heads;
    this.#isOpened = false;
  }

  /** Stores changes that are in the graph already. */
  async append(changes: readonly Change[]): Promise<void> {
    const graph = await this.graph();
    const chunks = changes.map(({ bytes }) => bytes);
    await this.#options.store.append(this.#id, { chunks, heads: graph.heads });
    this.#heads = graph.heads;
    this.#looseChunks += chunks.length;
    this.#graphBytes += chunks.reduce((sum, { length }) => sum + length, 0);
  }

  /** Makes one chunk of all but the newest; a document that Automerge cannot save stays as it is. */
  async compact(): Promise<'compacted' | { readonly refused: string }> {
    const { store, fence } = this.#options;
    const stored = await store.load(this.#id);
    const kept = Math.max(1, Math.floor(this.#options.chunksBeforeCompaction * keptPart));
    const old = stored?.chunks.slice(0, -kept) ?? [];
    const last = old.at(-1);
    if (last === undefined || old.length < 2) return 'compacted';
    const made = await fence.compact(old.map(({ bytes }) => bytes));
    if (made.kind === 'refused') return { refused: made.reason };
    const { snapshot, interior } = made;
    await store.compact(this.#id, { snapshot, interior, throughSequence: last.sequence });
    this.#looseChunks = kept;
    return 'compacted';
  }

  /** Gives the memory back. */
  release(): void {
    this.#graph = undefined;
    this.#graphBytes = 0;
  }

  /** Gives up what is known of the disk, after it failed. */
  forget(): void {
    this.release();
    this.#heads = undefined;
  }

  async #load(urgency: Urgency): Promise<ChangeGraph> {
    const { store, fence } = this.#options;
    const stored = await store.load(this.#id);
    const chunks = stored?.chunks ?? [];
    const source = { fence, urgency, interior: (sequence: number) => store.interior(this.#id, sequence) };
    let built = await buildGraph(chunks, source);
    if (built.isOdd) built = (await this.#straighten(chunks, source)) ?? built;
    await this.#settle(chunks, built);
    this.#heads = built.graph.heads;
    this.#isOpened = true;
    this.#looseChunks = Math.max(0, chunks.length - 1);
    this.#graphBytes = looseBytes(chunks);
    return built.graph;
  }

  /** Has Automerge make one chunk of what came from elsewhere; undefined where it cannot. */
  async #straighten(chunks: readonly StoredChunk[], source: GraphSource): Promise<BuiltGraph | undefined> {
    const { store, fence } = this.#options;
    const throughSequence = chunks.at(-1)?.sequence;
    const made = await fence.compact(chunks.map(({ bytes }) => bytes));
    if (made.kind === 'refused' || throughSequence === undefined) return undefined;
    const { snapshot, interior } = made;
    await store.compact(this.#id, { snapshot, interior, throughSequence });
    const only = { sequence: throughSequence, bytes: snapshot, hasInterior: true };
    return buildGraph([only], { ...source, interior: async () => interior });
  }

  /** Writes down what Automerge said of the claims. */
  async #settle(chunks: readonly StoredChunk[], { graph, interiors, refused }: BuiltGraph): Promise<void> {
    const { store } = this.#options;
    for (const [sequence, reason] of refused) {
      await store.setAside(this.#id, { sequences: [sequence], reason, heads: graph.heads });
      this.#options.onRefused(reason);
    }
    const throughSequence = chunks.at(-1)?.sequence;
    if (interiors.size === 0 || throughSequence === undefined) return;
    await store.vouch(this.#id, { interiors, throughSequence });
  }

  async #extract(hashes: readonly string[]): Promise<readonly Uint8Array[]> {
    if (hashes.length === 0) return [];
    const extracted = await this.#options.fence.extract(await this.chunks(), hashes);
    return extracted.kind === 'extracted' ? extracted.changes : [];
  }
}

function looseBytes(chunks: readonly StoredChunk[]): number {
  return chunks.reduce(
    (sum, { bytes }) => (readChunks(bytes)?.[0]?.type === documentType ? sum : sum + bytes.length),
    0,
  );
}
