import type { DocumentFence } from '../fence/fence.ts';
import { Failure, toFailure } from '../failure.ts';
import type { Change } from '../format/change.ts';
import type { Budget } from '../format/cost.ts';
import type { DocumentChunk } from '../format/document.ts';
import type { ChangeGraph } from '../graph/change-graph.ts';
import type { DurableDocument } from './durable-document.ts';
import type { SyncLimits } from './limits.ts';
import type { RefusedChanges } from './refused-changes.ts';
import { takeIn, takeOut, unpack, type Luggage, type TakeInLimits, type TakenIn } from './take-in.ts';

export interface IntakeOptions {
  readonly fence: DocumentFence;
  readonly limits: Pick<SyncLimits, 'inflatedBytes' | 'operationsPerDocument'> & TakeInLimits;
}

/** Takes changes into one document, whoever they are of. */
export class DocumentIntake {
  readonly #durable: DurableDocument;
  readonly #refused: RefusedChanges;
  readonly #options: IntakeOptions;

  constructor(durable: DurableDocument, refused: RefusedChanges, options: IntakeOptions) {
    this.#durable = durable;
    this.#refused = refused;
    this.#options = options;
  }

  /** What these chunks are, measured. Rejects where they are too much, or no sound changes. */
  async unpack(chunks: readonly Uint8Array[]): Promise<Luggage> {
    try {
      return unpack(chunks, this.#budget);
    } catch (error) {
      if (toFailure(error).code !== 'PayloadTooLarge') throw error;
      // What is too much by itself may still be all of a document's text, deleted at once.
      const { operations: deletable } = await this.#durable.graph();
      return unpack(chunks, { ...this.#budget, deletable });
    }
  }

  /** What comes of this luggage; undefined where nothing does. */
  async takeIn(luggage: Luggage): Promise<TakenIn | undefined> {
    const graph = await this.#durable.graph();
    const inside = await this.#takeOut(graph, luggage.documents);
    if (!inside) return undefined;
    const isTaken = ({ hash }: Change): boolean => !graph.has(hash) && !this.#refused.has(hash);
    const changes = [...inside, ...luggage.changes].filter(isTaken);
    this.#refuseTooMany(changes.reduce((sum, { operations }) => sum + operations, graph.operations));
    if (changes.length === 0) return undefined;
    const operations = await this.#durable.operations();
    const { limits } = this.#options;
    const taken = takeIn(graph, operations, changes, limits);
    if (!taken.refused || !(await this.#refused.hasAny())) return taken;
    const more = takeIn(graph, operations, changes.filter(isTaken), limits);
    return { ...more, news: [...taken.news, ...more.news] };
  }

  /** Undefined where Automerge cannot open them, and they may have in them what came from here and is in quarantine now. */
  async #takeOut(
    graph: ChangeGraph,
    documents: readonly DocumentChunk[],
  ): Promise<readonly Change[] | undefined> {
    const { fence } = this.#options;
    const budget = { ...this.#budget, deletable: graph.operations };
    try {
      return await takeOut(graph, documents, { fence, budget });
    } catch (error) {
      const isUnsound = toFailure(error).code === 'ProtocolViolation';
      if (isUnsound && (await this.#refused.hasAny())) return undefined;
      throw error;
    }
  }

  #refuseTooMany(operations: number): void {
    const most = this.#options.limits.operationsPerDocument;
    if (operations > most) throw new Failure('PayloadTooLarge', `a document may have ${most} operations`);
  }

  get #budget(): Budget {
    const { inflatedBytes, operationsPerDocument: operations } = this.#options.limits;
    return { inflatedBytes, operations };
  }
}
