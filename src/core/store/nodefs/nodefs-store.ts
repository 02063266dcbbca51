import { Failure } from '../../failure.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Fence } from '../../fence/fence.ts';
import { snapshotHeads } from '../../format/document-header.ts';
import type { Disk } from '../disk.ts';
import type { DocumentId } from '../document-id.ts';
import type {
  Addition,
  Compaction,
  DocumentFacts,
  DocumentStore,
  ListOptions,
  SetAsideChunk,
  SetAsideOptions,
  SettingAside,
  StoredDocument,
  Vouching,
} from '../document-store.ts';
import type { NamespaceSummary } from '../namespace-reader.ts';
import { refuseStrangeHeads, sameHeads } from '../heads.ts';
import { StoreMeasures } from '../store-measures.ts';
import { refuseBrokenChunk, refuseStrangeInterior, refuseStrangeLimit } from '../refusals.ts';
import { append } from './append.ts';
import { compact, refuseDamaged } from './compact.ts';
import { readDocument } from './document-reading.ts';
import type { NamespaceIndex } from './namespace-index.ts';
import { toNodefsFailure } from './nodefs-failure.ts';
import type { StoreGround } from './placed-file.ts';
import type { QuarantineFolder } from './quarantine-folder.ts';
import { setAside, type AsideGround } from './set-aside.ts';
import { isInStep, takeStock } from './taking-stock.ts';
import { WriteRounds } from './write-rounds.ts';

export interface NodefsStoreOptions extends StoreGround {
  /** Opens what others wrote. */
  readonly fence: Pick<Fence, 'compact'>;
  /** Closed with the store. */
  readonly index: NamespaceIndex;
  readonly quarantine: QuarantineFolder;
  readonly clock: Clock;
  /** Asked before anything new is stored, and told how writing goes. */
  readonly disk: Disk;
  /** Told of what was written; kept for nobody where left out. */
  readonly measures?: StoreMeasures | undefined;
}

/**
 * One namespace as files in the layout of automerge-repo's file storage. The files are the truth: the index only
 * remembers what looking at them would tell again, and each question compares the two. The bytes given to `append`
 * and `compact` must stay as they are until the promise settles: they are not copied.
 */
export class NodefsStore implements DocumentStore {
  readonly #ground: AsideGround & Pick<NodefsStoreOptions, 'fence'>;
  readonly #index: NamespaceIndex;
  readonly #disk: Disk;
  readonly #rounds: WriteRounds;

  constructor({ clock, disk, measures = new StoreMeasures(), ...ground }: NodefsStoreOptions) {
    this.#ground = { ...ground, now: () => clock.now() };
    this.#index = ground.index;
    this.#disk = disk;
    this.#rounds = new WriteRounds({ files: ground.files, disk, index: ground.index, clock, measures });
  }

  async load(id: DocumentId): Promise<StoredDocument | undefined> {
    return this.#inStep(id, () => readDocument(this.#ground, id));
  }

  async append(id: DocumentId, addition: Addition): Promise<readonly number[]> {
    refuseStrangeHeads(addition.heads);
    for (const chunk of addition.chunks) refuseBrokenChunk(id, chunk);
    if (addition.chunks.length === 0) return [];
    if (addition.heads.length === 0)
      throw new Failure('InvalidRequest', `${id} was not stored: no change is in it.`);
    this.#disk.refuseIfReadOnly();
    return this.#rounds.add(append(this.#ground, this.#index, id, addition));
  }

  async interior(id: DocumentId, sequence: number): Promise<Uint8Array | undefined> {
    return this.#read(() => this.#index.chunks.interior(id, sequence));
  }

  async vouch(id: DocumentId, vouching: Vouching): Promise<void> {
    for (const interior of vouching.interiors.values()) refuseStrangeInterior(id, interior);
    this.#rounds.alone(() => this.#index.vouch(id, vouching));
  }

  async compact(id: DocumentId, compaction: Compaction): Promise<void> {
    refuseBrokenChunk(id, compaction.snapshot);
    refuseStrangeInterior(id, compaction.interior);
    const heads = snapshotHeads(compaction.snapshot) ?? [];
    if (heads.length === 0 || !sameHeads(heads, compaction.heads ?? heads)) {
      throw new Failure('Internal', `A snapshot of ${id} does not hold its heads; nothing was replaced.`);
    }
    this.#disk.refuseIfReadOnly();
    const checked = { ...compaction, heads };
    await this.#inStep(id, () => {
      this.#index.require(id, [compaction.throughSequence]);
      refuseDamaged(this.#ground, id, compaction.throughSequence);
    });
    await this.#rounds.add(compact(this.#ground, this.#index, id, checked));
  }

  async setAside(id: DocumentId, aside: SettingAside): Promise<void> {
    refuseStrangeHeads(aside.heads);
    await this.#rounds.add(setAside(this.#ground, id, aside));
  }

  async setAsideChunks(options: SetAsideOptions): Promise<readonly SetAsideChunk[]> {
    refuseStrangeLimit(options.limit);
    return this.#read(() => this.#ground.quarantine.list(options));
  }

  async setAsideBytes(place: number): Promise<Uint8Array | undefined> {
    return this.#read(() => this.#ground.quarantine.bytes(place));
  }

  async unchecked(limit: number): Promise<readonly DocumentId[]> {
    refuseStrangeLimit(limit);
    return this.#read(() => this.#index.documents.pending(limit));
  }

  async facts(id: DocumentId): Promise<DocumentFacts | undefined> {
    return this.#inStep(id, () => this.#index.facts(id));
  }

  async list({ after, limit }: ListOptions): Promise<readonly DocumentFacts[]> {
    refuseStrangeLimit(limit);
    const listed: DocumentFacts[] = [];
    for (let last = after ?? ''; listed.length < limit;) {
      const ids = this.#read(() => this.#index.documents.page(last, limit - listed.length));
      for (const id of ids) {
        const facts = await this.facts(id);
        if (facts) listed.push(facts);
      }
      const next = ids.at(-1);
      if (next === undefined) break;
      last = next;
    }
    return listed;
  }

  async summary(): Promise<NamespaceSummary> {
    return this.#read(() => this.#index.documents.summary());
  }

  async close(): Promise<void> {
    await this.#rounds.stop(new Failure('StoreUnavailable', 'The store is closed: the server is stopping.'));
    this.#index.close();
  }

  /** Runs `read` when the index knows the files of a document as they are. */
  async #inStep<Result>(id: DocumentId, read: () => Result): Promise<Result> {
    try {
      if (!isInStep(this.#ground, id)) await takeStock(this.#ground, id);
      return read();
    } catch (error) {
      throw toNodefsFailure(error);
    }
  }

  #read<Result>(read: () => Result): Result {
    try {
      return read();
    } catch (error) {
      throw toNodefsFailure(error);
    }
  }
}
