import type { Change } from '../format/change.ts';
import type { DocumentChunk } from '../format/document.ts';
import { removeAction } from '../format/operation-action.ts';
import type { ChangeGraph } from './change-graph.ts';
import { ElementOrder } from './element-order.ts';
import { KnownBefore } from './known-before.ts';
import { Numbering } from './numbering.ts';
import { OperationReader } from './operation-reader.ts';
import { OperationTable } from './operation-table.ts';
import { inOrder, mostRuns } from './order-runs.ts';
import { Pasts } from './pasts.ts';
import { notBefore, whyNotReferred } from './reference-check.ts';
import { whyNotBack } from './references.ts';

/** Of a text in memory beside its characters, and of an index before its first operation. */
const textBytes = 100;
const emptyBytes = 500;
const reader = new OperationReader();

/** What stands before a change. */
interface Before {
  readonly graph: ChangeGraph;
  readonly pasts: Pasts;
}

/**
 * What the operations of a document are, beside its graph: what each did, in which object, at which key. Without what they
 * wrote, and without removals, which nothing refers to. Of a document with more than there is room for it knows nothing.
 */
export class OperationIndex {
  readonly #names = { actors: new Numbering(), texts: new Numbering() };
  readonly #known = new KnownBefore(this.#names.actors);
  readonly #limit: number;
  #table: OperationTable | undefined;

  /** Of operations that are not in a row, so many are too many; 2 million in any case. */
  constructor(limit: number) {
    this.#limit = Math.min(limit, mostRuns);
    if (this.#limit > 0) this.#table = new OperationTable();
  }

  /** Whether it knows what there is. */
  get isComplete(): boolean {
    return this.#table !== undefined;
  }

  /** Operations in a row, each behind the one before it, are one. */
  get runs(): number {
    return this.#table?.runs ?? 0;
  }

  get sizeBytes(): number {
    const { actors, texts } = this.#names;
    const textsBytes = 2 * (actors.length + texts.length) + textBytes * (actors.size + texts.size);
    return emptyBytes + textsBytes + (this.#table?.sizeBytes ?? 0);
  }

  /** Adds what is inside opened document chunks, before any change. Throws `CutOffError`. */
  addDocuments(documents: Iterable<DocumentChunk>): void {
    const table = this.#table;
    if (!table) return;
    const push = (): true | undefined => {
      this.#nameKey();
      table.push(reader.run);
      return table.runs >= this.#limit || undefined;
    };
    try {
      for (const document of documents) reader.document(document, this.#names, push);
    } finally {
      reader.close();
    }
    if (table.runs >= this.#limit) this.giveUp();
    else this.#table = inOrder(table);
  }

  /** Adds a change that was believed before; what is here already stays as it is. */
  add(change: Change): void {
    const table = this.#table;
    if (!table || change.operations === 0) return;
    try {
      reader.change(change, this.#names, () => {
        if (reader.run.first >= table.endOfActor(reader.run.actor)) this.#append(table);
      });
    } finally {
      reader.close();
    }
    this.#giveUpWhereFull();
  }

  /**
   * Adds a change that goes on from `graph`, unless it refers to operations that are not before it, or are not of the kind
   * that it takes them for: the rest of a sentence.
   */
  take(change: Change, graph: ChangeGraph, pasts = new Pasts(graph)): string | undefined {
    if (change.operations === 0) return undefined;
    const reason = this.#table && this.#takeInto(this.#table, change, { graph, pasts });
    this.#giveUpWhereFull();
    return this.#table ? reason : whyNotBack(graph, change, pasts);
  }

  /** Forgets everything, and knows nothing from now on. */
  giveUp(): void {
    this.#table = undefined;
    this.#names.actors.cut(0);
    this.#names.texts.cut(0);
  }

  #takeInto(table: OperationTable, change: Change, { graph, pasts }: Before): string | undefined {
    const { actors, texts } = this.#names;
    const [actorsBefore, textsBefore] = [actors.size, texts.size];
    const own = actors.add(change.actor);
    const mark = table.mark(own);
    const order = new ElementOrder(table, actors);
    this.#known.start(own);
    const read = (): string | undefined => {
      const reason = whyNotReferred({ table, order, known: this.#known }, reader);
      if (reason === undefined) this.#append(table);
      return reason;
    };
    try {
      const reason = reader.change(change, this.#names, read);
      if (reason === undefined && this.#known.areBefore(change, graph, pasts)) return undefined;
      table.cut(mark);
      actors.cut(actorsBefore);
      texts.cut(textsBefore);
      return reason ?? notBefore;
    } finally {
      reader.close();
    }
  }

  /** Adds the run that was read. */
  #append(table: OperationTable): void {
    if (reader.run.action === removeAction || table.runs >= this.#limit) return;
    this.#nameKey();
    table.append(reader.run);
  }

  #nameKey(): void {
    if (reader.run.hasText) reader.run.key = this.#names.texts.add(reader.text);
  }

  #giveUpWhereFull(): void {
    if (this.runs >= this.#limit) this.giveUp();
  }
}
