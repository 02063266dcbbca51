import { sequenceLimit } from './chunk-table.ts';
import type { RecoveredChange } from './tail-recovery.ts';

/** What is kept of a document and changes with each of its chunks. */
interface Growing {
  readonly heads: Uint8Array;
  readonly chunk_count: number;
  readonly size_bytes: number;
  readonly next_sequence: number;
  readonly changed_at: number;
}

/** A document with what the tail has of it. */
export interface Tailed<Row> {
  readonly row: Row;
  readonly changes: RecoveredChange[];
}

/** What of the tail is not yet in the documents, by the number of the document. */
export function byDocument(
  changes: readonly RecoveredChange[],
): ReadonlyMap<number, readonly RecoveredChange[]> {
  return Map.groupBy(changes, ({ id }) => Math.floor(id / sequenceLimit));
}

/** Undefined where all of it was moved to the document already. */
export function overlay<Row extends Growing>(
  row: Row,
  recovered: readonly RecoveredChange[],
): Tailed<Row> | undefined {
  const newer = recovered.filter(({ id }) => id % sequenceLimit >= row.next_sequence);
  if (newer.length === 0) return undefined;
  return { row: newer.reduce(withChange, row), changes: newer };
}

/** A gap before the change counts as stored, and so does one that is damaged, so that they are noticed. */
function withChange<Row extends Growing>(row: Row, { id, change }: RecoveredChange): Row {
  const nextSequence = (id % sequenceLimit) + 1;
  return {
    ...row,
    heads: change?.heads ?? row.heads,
    changed_at: change?.changedAt ?? row.changed_at,
    chunk_count: row.chunk_count + nextSequence - row.next_sequence,
    size_bytes: row.size_bytes + (change?.bytes.length ?? 0),
    next_sequence: nextSequence,
  };
}
