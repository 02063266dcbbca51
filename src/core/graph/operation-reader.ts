import type { Change } from '../format/change.ts';
import type { DocumentChunk } from '../format/document.ts';
import { markAction, removeAction } from '../format/operation-action.ts';
import { OperationBlocks } from '../format/operation-blocks.ts';
import type { Numbering } from './numbering.ts';
import { emptyRun, type OperationRun } from './operation-run.ts';

/** What an index calls actors and the texts of keys. */
export interface Names {
  readonly actors: Numbering;
  readonly texts: Numbering;
}

/** Hears of one run after the other, in the reader's `run`; what it gives back other than undefined ends the reading. */
export type Visit<Answer> = () => Answer | undefined;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Reads the operations of changes and of document chunks as runs. Kept, not made anew for each. */
export class OperationReader {
  readonly blocks = new OperationBlocks();
  /** The run that is told of. The number of a text or of an actor that has none yet is -1. */
  readonly run = emptyRun();
  /** The text that is its key, where it has one. */
  text = '';
  /** The numbers of the actors of what is read, by what they are there. */
  #actors: readonly number[] = [];

  change<Answer>(change: Change, { actors, texts }: Names, visit: Visit<Answer>): Answer | undefined {
    this.#actors = [actors.add(change.actor), ...change.otherActors.map((actor) => actors.get(actor))];
    this.blocks.openChange(change);
    let first = change.startOp;
    while (this.blocks.next()) {
      const answer = this.#readBlock({ actor: this.actorOf(0), first, step: 1 }, texts, visit);
      if (answer !== undefined) return answer;
      first += this.blocks.rows;
    }
    return undefined;
  }

  /** Throws `CutOffError`. */
  document(document: DocumentChunk, { actors, texts }: Names, visit: Visit<true>): void {
    this.#actors = document.actors.map((actor) => actors.add(actor));
    this.blocks.openDocument(document);
    const { idActor, idCounter } = this.blocks;
    while (this.blocks.next()) {
      const id = { actor: this.actorOf(idActor.value), first: idCounter.value, step: idCounter.step };
      if (this.#readBlock(id, texts, visit)) return;
    }
  }

  /** The number of an actor by what it is in what is read. */
  actorOf(index: number): number {
    return this.#actors[index] ?? -1;
  }

  /** Lets go of what was read. */
  close(): void {
    this.blocks.close();
    this.#actors = [];
  }

  #readBlock<Answer>(id: Id, texts: Numbering, visit: Visit<Answer>): Answer | undefined {
    const { run, blocks } = this;
    this.#readPlace(id, texts);
    if (isChain(run, blocks, id) || isRemoval(run, blocks)) {
      run.length = blocks.rows;
      return visit();
    }
    if (blocks.predecessorsLeft > 0) blocks.narrow();
    const keyStep = run.hasText ? 0 : blocks.keyCounter.step;
    for (let row = 0; row < blocks.rows; row += 1) {
      const answer = visit();
      if (answer !== undefined) return answer;
      run.first += id.step;
      run.keyCounter += keyStep;
    }
    return undefined;
  }

  #readPlace({ actor, first }: Id, texts: Numbering): void {
    const { run, blocks } = this;
    const { objectActor, objectCounter, keyActor, keyCounter, keyText } = blocks;
    run.actor = actor;
    run.first = first;
    run.length = 1;
    run.action = blocks.action.value;
    run.isInserting = blocks.insert.value;
    run.objectActor = objectActor.isNull ? 0 : this.actorOf(objectActor.value);
    run.objectCounter = objectActor.isNull ? 0 : objectCounter.value;
    run.hasText = !keyText.isNull;
    if (run.hasText) {
      this.text = decoder.decode(keyText.bytes.subarray(keyText.value, keyText.value + keyText.length));
      run.key = texts.get(this.text);
      run.keyCounter = 0;
    } else {
      run.key = keyActor.isNull ? 0 : this.actorOf(keyActor.value);
      run.keyCounter = keyActor.isNull ? 0 : keyCounter.value;
    }
  }
}

/** The first operation of a block: whose, its counter, and what that of each further one has more. */
interface Id {
  readonly actor: number;
  readonly first: number;
  readonly step: number;
}

/** Whether each of the block stands behind the one before it. Of a mark each row is looked at. */
function isChain(
  run: OperationRun,
  { rows, keyCounter }: OperationBlocks,
  { actor, first, step }: Id,
): boolean {
  const isTyped = run.isInserting && !run.hasText && run.action !== markAction;
  const isBehind = run.key === actor && run.keyCounter === first - 1 && keyCounter.step === 1 && step === 1;
  return rows > 1 && isTyped && isBehind;
}

/** Whether each of the block removes an element, as it was inserted, and their operations follow one another. */
function isRemoval(run: OperationRun, blocks: OperationBlocks): boolean {
  const { rows, keyActor, keyCounter, predecessorActor, predecessorCounter } = blocks;
  if (rows === 1 || run.action !== removeAction || run.hasText || blocks.predecessorsLeft !== rows)
    return false;
  const isSame = keyActor.value === predecessorActor.value && keyCounter.value === predecessorCounter.value;
  return isSame && !keyActor.isNull && keyCounter.step === 1 && predecessorCounter.step === 1;
}
