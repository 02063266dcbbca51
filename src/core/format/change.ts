import { ByteCursor } from './byte-cursor.ts';
import { readChangeHeader, type ChangeHeader } from './change-header.ts';
import { checkedHash } from './chunk-hash.ts';
import { compressedChangeType, documentType, type Chunk } from './chunk.ts';
import { actionColumn, ColumnList } from './column-list.ts';
import { meterOf, type Budget, type ChunkMeter } from './cost.ts';
import { largestCounter, OperationCheck } from './operation-check.ts';
import { toRefusal, type Refusal } from './refusal.ts';
import { UnsoundError } from './unsound-error.ts';

/** A change that may be believed as far as it can be without the changes before it. */
export interface Change extends ChangeHeader {
  /** Hex. */
  readonly hash: string;
  /** The counter of its last operation; one less than `startOp` where it has none. */
  readonly maxOp: number;
  readonly operations: number;
  /** The chunk as it came. */
  readonly bytes: Uint8Array;
  /** The body of the chunk, inflated. */
  readonly body: Uint8Array;
  /** Where its columns are announced in `body`. */
  readonly columnsAt: number;
}

/** Why a change is refused: as a chunk would be, or `unsound` with the rest of a sentence. */
export type ChangeRefusal = Refusal | `unsound: ${string}`;

/** Automerge keeps such bytes and writes none. */
const mostExtraBytes = 64 * 1024;

const list = new ColumnList();
const check = new OperationCheck();

/**
 * The change in `chunk`, checked: its checksum, its cost before it is paid, that every column decodes, and that
 * Automerge would write the same bytes when it saves. Who knows the changes before it must still check what it
 * refers to (`referredOperations`), and that its counters and sequence number go on from theirs.
 */
export function readChange(chunk: Chunk, budget: Budget | ChunkMeter): Change | ChangeRefusal {
  if (chunk.type === documentType) return 'broken';
  try {
    const meter = meterOf(budget);
    meter.addBytes(chunk.bytes.length);
    const body = chunk.type === compressedChangeType ? meter.inflate(chunk.body) : chunk.body;
    const hash = checkedHash(chunk, body);
    return hash === undefined ? 'broken' : readBody(chunk.bytes, body, hash, meter);
  } catch (error) {
    return error instanceof UnsoundError ? `unsound: ${error.message}` : toRefusal(error);
  } finally {
    check.columns.close();
  }
}

function readBody(bytes: Uint8Array, body: Uint8Array, hash: string, meter: ChunkMeter): Change {
  const cursor = new ByteCursor(body);
  const header = readChangeHeader(cursor);
  const columnsAt = cursor.position;
  list.read(cursor);
  meter.addChange(list, body, cursor.position);
  const operations = list.rowsOf(actionColumn);
  const maxOp = header.startOp + operations - 1;
  if (maxOp > largestCounter) throw new UnsoundError('its counters are larger than Automerge can count');
  const end = check.columns.open(list, body, cursor.position);
  if (body.length - end > mostExtraBytes) throw new UnsoundError('it has too much behind its columns');
  check.run(header, operations);
  return { ...header, hash, maxOp, operations, bytes, body, columnsAt };
}
