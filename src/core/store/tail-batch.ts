import type { DocumentId } from './document-id.ts';
import type { TailChange } from './tail-record.ts';

/** What a write did to the tail. */
export interface Step {
  /** All documents where undefined. */
  readonly id?: DocumentId;
  /** To be written at the end of the batch. */
  readonly changes: readonly TailChange[];
  /** Whether the documents have now what the tail had, so that it stands with the transaction. */
  readonly isMove: boolean;
  readonly undo: () => void;
}

type PlacedStep = Step & { readonly at: number };

/** What the writes of one batch did to the tail so far, in their order. */
export class TailBatch {
  #steps: PlacedStep[] = [];

  did(step: Step): void {
    this.#steps.push({ ...step, at: this.#steps.length });
  }

  mark(): number {
    return this.#steps.length;
  }

  undoTo(mark: number): void {
    for (const { undo } of this.#steps.splice(mark).toReversed()) undo();
  }

  /** What no document has. */
  unwritten(): readonly TailChange[] {
    return notMoved(this.#steps).flatMap(({ changes }) => changes);
  }

  /** The transaction is on disk: what was moved in it cannot be undone any more. Whether everything was. */
  committed(): boolean {
    const isAll = this.#steps.some(({ isMove, id }) => isMove && id === undefined);
    this.#steps = notMoved(this.#steps);
    return isAll;
  }

  /** Undoes what is left, and gives the marks that its writes had. */
  undoUnwritten(): readonly number[] {
    const marks = this.#steps.filter(({ changes }) => changes.length > 0).map(({ at }) => at);
    this.undoTo(0);
    return marks;
  }

  end(): void {
    this.#steps = [];
  }
}

function notMoved(steps: readonly PlacedStep[]): PlacedStep[] {
  const moves = steps.filter(({ isMove }) => isMove);
  if (moves.length === 0) return [...steps];
  const lastMoves = new Map(moves.map(({ id, at }) => [id, at]));
  const all = lastMoves.get(undefined) ?? -1;
  return steps.filter(({ id, isMove, at }) => !isMove && at > all && at > (lastMoves.get(id) ?? -1));
}
