import { blockBytes, idBytes, recordBytes, writeRecord, type TailChange } from './tail-record.ts';

/** What a batch is in the file. */
export interface LaidBatch {
  readonly bytes: Buffer;
  readonly offset: number;
}

/** Where the next record goes. */
interface Position {
  readonly end: number;
  readonly place: number;
  /** The changes in the block of `end`. */
  readonly ids: readonly number[];
}

/**
 * Lays the changes of batches one after the other. A record that does not fit into a block begins the next, so that
 * a lone one writes one block, and each block begins with a record. That names what the block before it holds, and
 * each other record the one before it: what is damaged is known by what comes after.
 */
export class TailBlocks {
  readonly #salt: bigint;
  readonly #limitBytes: number;
  #at: Position;
  #next: Position;
  #target: Buffer | undefined;

  constructor(
    salt: bigint,
    { fromBytes, limitBytes }: { readonly fromBytes: number; readonly limitBytes: number },
  ) {
    this.#salt = salt;
    this.#limitBytes = limitBytes;
    this.#at = { end: fromBytes, place: 0, ids: [] };
    this.#next = this.#at;
  }

  /** A batch behind the last one that was kept; undefined where there is no room for it. */
  lay(changes: readonly TailChange[]): LaidBatch | undefined {
    const target = (this.#target ??= Buffer.allocUnsafeSlow(this.#limitBytes));
    const { end, place: firstPlace } = this.#at;
    const base = end - (end % blockBytes);
    let offset: number | undefined;
    let at = this.#at;
    for (const [index, change] of changes.entries()) {
      const sizeBytes = recordBytes(change);
      const start = startOf(at.end, sizeBytes + idBytes);
      const isFirst = start % blockBytes === 0;
      const idsBefore = isFirst ? at.ids : at.ids.slice(-1);
      if (start + sizeBytes + idsBefore.length * idBytes > this.#limitBytes) return undefined;
      offset ??= start;
      // What is behind the last record of a block is of a batch before.
      target.fill(0, at.end - base, start - base);
      const isLast = index === changes.length - 1;
      const record = { change, place: at.place, firstPlace, isLast, idsBefore };
      const written = writeRecord(target, start - base, record, this.#salt);
      const ids = isFirst ? [change.id] : [...at.ids, change.id];
      at = { end: base + written, place: at.place + 1, ids };
    }
    this.#next = at;
    return offset === undefined
      ? undefined
      : { bytes: target.subarray(offset - base, at.end - base), offset };
  }

  /** What was laid last is on the disk. */
  keep(): void {
    this.#at = this.#next;
  }
}

/** Where a record of this size goes that comes after `end`. */
function startOf(end: number, sizeBytes: number): number {
  const used = end % blockBytes;
  return used + sizeBytes > blockBytes ? end - used + blockBytes : end;
}
