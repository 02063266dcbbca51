import { errorCode } from './error-code.ts';
import { isDiskBroken } from './store-failure.ts';
import type { TailFile } from './tail-file.ts';
import type { TailChange } from './tail-record.ts';
import type { TailTable } from './tail-table.ts';

export interface TailWritingParts {
  readonly table: TailTable;
  readonly file: TailFile;
  /** Begins the transaction of the batch where it has not begun. */
  readonly enter: () => void;
}

/**
 * When the file of a tail is begun, written, and begun anew. The database says which file there is: it learns of one
 * once that is on the disk, empty, and forgets it in the transaction that moves all of it to its documents.
 */
export class TailWriting {
  readonly #parts: TailWritingParts;
  /**
   * What is over has to be moved to the documents before the file begins anew. The next synced transaction does so, whatever it
   * writes: what a failed write left in the file would lie above what is acknowledged then.
   */
  #state: 'begins' | 'goes on' | 'is over' = 'begins';
  #hasBegun = false;

  constructor(parts: TailWritingParts) {
    this.#parts = parts;
  }

  /** Whether nothing of the tail is in the file. */
  get isEmpty(): boolean {
    return this.#state === 'begins';
  }

  /** The file of another process is read and not written; neither is one of which a write has failed. */
  end(): void {
    this.#state = 'is over';
  }

  /** Everything moves in this transaction. */
  forget(): void {
    this.#parts.table.clear();
  }

  /**
   * Makes a batch ready, perhaps of nothing; false where it has to go to the documents. Where the file is to begin it
   * does so with the first transaction there is (`isCommitting`), to save one of its own.
   */
  lay(changes: readonly TailChange[], isCommitting: boolean): boolean {
    this.#hasBegun = false;
    if (changes.length === 0 && (!isCommitting || this.#state === 'goes on')) return true;
    if (this.#state === 'is over') return false;
    if (this.#state === 'begins' && !this.#begin()) return changes.length === 0;
    return changes.length === 0 || (ifItCan(() => this.#parts.file.lay(changes)) ?? false);
  }

  /** The transaction is on disk, and everything has moved in it or not: also what has begun in it is forgotten then. */
  committed(hasMoved: boolean): void {
    if (hasMoved) this.#state = 'begins';
    else if (this.#hasBegun) this.#state = 'goes on';
    this.#hasBegun = false;
  }

  /** The batch is on disk when it returns. */
  write(): void {
    this.#parts.file.write();
  }

  close(): void {
    this.#parts.file.close();
  }

  /** Takes the file away again, where it is ours and nothing is in it. */
  removeFile(): void {
    if (this.isEmpty) this.#parts.file.remove();
  }

  #begin(): boolean {
    const { file, enter, table } = this.#parts;
    const salt = ifItCan(() => file.begin());
    if (salt === undefined) return false;
    enter();
    table.put(salt);
    this.#hasBegun = true;
    return true;
  }
}

/** Undefined where the file cannot be opened or has no room: the documents take what it does not. A broken disk is told. */
function ifItCan<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch (error) {
    if (errorCode(error) === undefined || isDiskBroken(error)) throw error;
    return undefined;
  }
}
