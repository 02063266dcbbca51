import { ByteCursor, CutOffError } from './byte-cursor.ts';
import { ColumnList, deflatedBit } from './column-list.ts';
import type { DocumentChunk } from './document.ts';
import { inflate } from './inflate.ts';

/** What each inflates to was measured when the document was read. */
const inflatedLimitBytes = 2 ** 31;
const noBytes = new Uint8Array();
const changes = new ColumnList();
const operations = new ColumnList();

/** The columns that describe the changes of a document. */
export class ChangeColumns {
  readonly #stored = new Map<number, Uint8Array>();

  /** Throws `CutOffError`. */
  constructor({ body, columnsAt }: DocumentChunk) {
    const cursor = new ByteCursor(body, columnsAt);
    changes.read(cursor);
    operations.read(cursor);
    for (let index = 0; index < changes.count; index += 1) {
      this.#stored.set(changes.specifications[index] ?? 0, cursor.take(changes.lengths[index] ?? 0));
    }
  }

  /** One of them, inflated; without bytes where it is not there. Throws `CutOffError`. */
  get(specification: number): Uint8Array {
    const deflated = this.#stored.get(specification | deflatedBit);
    if (deflated === undefined) return this.#stored.get(specification) ?? noBytes;
    const content = inflate(deflated, inflatedLimitBytes);
    if (content === undefined) throw new CutOffError();
    return content;
  }
}
