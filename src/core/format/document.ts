import { ByteCursor } from './byte-cursor.ts';
import { checkedHash } from './chunk-hash.ts';
import { documentType, type Chunk } from './chunk.ts';
import { actionColumn, ColumnList } from './column-list.ts';
import { meterOf, type Budget, type ChunkMeter } from './cost.ts';
import { readDocumentHeader, type DocumentHeader } from './document-header.ts';
import { toRefusal, type Refusal } from './refusal.ts';

/** A whole document in one chunk: claims, until Automerge has loaded it. */
export interface DocumentChunk extends DocumentHeader {
  readonly changeCount: number;
  /** Rows of its operations; a removal has none of its own. */
  readonly operations: number;
  readonly bytes: Uint8Array;
  readonly body: Uint8Array;
  /** Where its columns are announced in `body`. */
  readonly columnsAt: number;
}

/** Every change has an author. */
const authorColumn = 0x01;

const changeList = new ColumnList();
const operationList = new ColumnList();
const lists = [changeList, operationList] as const;

/** The document in `chunk`: its checksum checked, its rows counted, and its cost known before it is paid. */
export function readDocument(chunk: Chunk, budget: Budget | ChunkMeter): DocumentChunk | Refusal {
  if (chunk.type !== documentType || checkedHash(chunk, chunk.body) === undefined) return 'broken';
  try {
    const meter = meterOf(budget);
    meter.addBytes(chunk.bytes.length);
    return readBody(chunk, meter);
  } catch (error) {
    return toRefusal(error);
  }
}

function readBody({ body, bytes }: Chunk, meter: ChunkMeter): DocumentChunk | Refusal {
  const cursor = new ByteCursor(body);
  const { actors, heads } = readDocumentHeader(cursor);
  const columnsAt = cursor.position;
  changeList.read(cursor);
  operationList.read(cursor);
  const end = meter.addDocument(lists, body, cursor.position);
  cursor.skip(end - cursor.position);
  // Where each head stands among the changes; documents of the first versions end without.
  for (let left = cursor.isAtEnd ? 0 : heads.length; left > 0; left -= 1) cursor.unsigned();
  if (!cursor.isAtEnd) return 'broken';
  const changeCount = changeList.rowsOf(authorColumn);
  const operations = operationList.rowsOf(actionColumn);
  return { actors, heads, changeCount, operations, bytes, body, columnsAt };
}
