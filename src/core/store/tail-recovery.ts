import { tailHeaderBytes } from './tail-header.ts';
import { blockBytes, readRecord, type TailChange, type TailRecord } from './tail-record.ts';

/** A change that was acknowledged; what it was, undefined where it is damaged. */
export interface RecoveredChange {
  readonly id: number;
  readonly change: TailChange | undefined;
}

export interface RecoveredTail {
  /** In the order they were written. */
  readonly changes: readonly RecoveredChange[];
  /** How many were acknowledged and are so damaged that nobody knows of which documents. */
  readonly unknownCount: number;
}

interface FoundRecord extends TailRecord {
  readonly isFirstOfBlock: boolean;
}

/**
 * What is in a tail file. Batches follow each other, each written once the one before it was synced: whatever is
 * missing before the last batch was acknowledged and is damage. The last one counts where all of its blocks were
 * written, and what is not whole in them is damage; else it was torn by the end of its process, and nobody had been told
 * of it.
 */
export function recoverTail(bytes: Buffer, salt: bigint): RecoveredTail {
  const records = findRecords(bytes, salt);
  const lastBatch = records.reduce((most, { firstPlace }) => Math.max(most, firstPlace), 0);
  const byPlace = new Map(records.map((record) => [record.place, record]));
  const named = namedPlaces(records);
  const changes: RecoveredChange[] = [];
  let unknownCount = 0;
  const end = endOfKnown(records, lastBatch);
  for (let place = 0; place < end; place += 1) {
    const record = byPlace.get(place);
    const id = record?.id ?? named.get(place);
    if (id === undefined) unknownCount += 1;
    else changes.push({ id, change: record?.change });
  }
  return { changes, unknownCount };
}

/** A disk writes a block whole or not at all: where a record follows another in its block, that one was written too. */
function endOfKnown(records: readonly FoundRecord[], lastBatch: number): number {
  const batch = records.filter(({ firstPlace }) => firstPlace === lastBatch);
  const last = batch.at(-1);
  if (!last?.isLast) return lastBatch;
  const byPlace = new Map(batch.map((record) => [record.place, record]));
  for (let place = lastBatch; place < last.place; place += 1) {
    const isWritten = byPlace.has(place) || byPlace.get(place + 1)?.isFirstOfBlock === false;
    if (!isWritten) return lastBatch;
  }
  return last.place + 1;
}

/** The ids at places, as records behind them tell. */
function namedPlaces(records: readonly TailRecord[]): ReadonlyMap<number, number> {
  const named = new Map<number, number>();
  for (const { place, idsBefore } of records) {
    for (const [index, id] of idsBefore.entries()) named.set(place - idsBefore.length + index, id);
  }
  return named;
}

/** All records with a whole head. Behind the last block that begins with one there is at most a block that is damaged there. */
function findRecords(bytes: Buffer, salt: bigint): readonly FoundRecord[] {
  const starts = Array.from({ length: Math.ceil(bytes.length / blockBytes) }, (_, block) =>
    block === 0 ? tailHeaderBytes : block * blockBytes,
  );
  const last = starts.findLastIndex((start) => readRecord(bytes, start, salt) !== undefined);
  return starts.slice(0, last + 2).flatMap((start) => recordsFrom(bytes, start, salt));
}

/** Those of one block. Behind a damaged head the next record is looked for byte by byte. */
function recordsFrom(bytes: Buffer, start: number, salt: bigint): readonly FoundRecord[] {
  const border = (Math.floor(start / blockBytes) + 1) * blockBytes;
  const records: FoundRecord[] = [];
  for (let offset = start; offset < border;) {
    const found = readRecord(bytes, offset, salt);
    if (found) records.push({ ...found.record, isFirstOfBlock: offset === start });
    offset = found?.end ?? offset + 1;
  }
  return records;
}
