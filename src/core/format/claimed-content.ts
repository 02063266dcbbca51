import { ByteCursor, CutOffError } from './byte-cursor.ts';
import type { Chunk } from './chunk.ts';
import { ColumnList, deflatedBit, isRaw } from './column-list.ts';
import { readDocumentHeader } from './document-header.ts';
import { inflate } from './inflate.ts';
import { toRefusal } from './refusal.ts';

/** A deflated column of values, and how many bytes of them the column before it announces. */
export interface ContentClaim {
  readonly deflated: Uint8Array;
  readonly claimedBytes: number;
}

/** Four bits of what is said of a value are its type. */
const typeCount = 16;
const enoughForMost = 2 ** 20;
const metadataLimitBytes = 256 * 2 ** 20;
const lists = [new ColumnList(), new ColumnList()] as const;
const cursor = new ByteCursor(new Uint8Array());

/** What columns that lie from `start` on claim of their deflated content; throws `CutOffError`. */
export function readContentClaims(
  columns: ColumnList,
  body: Uint8Array,
  start: number,
): readonly ContentClaim[] {
  let claims: readonly ContentClaim[] = none;
  let [at, before, beforeAt] = [start, 0, start];
  for (let index = 0; index < columns.count; index += 1) {
    const specification = columns.specifications[index] ?? 0;
    const end = at + (columns.lengths[index] ?? 0);
    if (end > body.length) throw new CutOffError();
    if (isRaw(specification) && (specification & deflatedBit) !== 0) {
      // Of one id, and the type before: https://automerge.org/automerge-binary-format-spec/#_value_columns
      const isAnnounced = (before & ~deflatedBit) + 1 === (specification & ~deflatedBit);
      const claimedBytes = isAnnounced ? valueBytes(before, body.subarray(beforeAt, at)) : 0;
      claims = [...claims, { deflated: body.subarray(at, end), claimedBytes }];
    }
    [at, before, beforeAt] = [end, specification, at];
  }
  return claims;
}

/** Whether no column of values in a whole document is larger than the document says; inflates no more than that. */
export function isAsLargeAsClaimed({ body }: Chunk): boolean {
  try {
    const header = new ByteCursor(body);
    readDocumentHeader(header);
    for (const list of lists) list.read(header);
    let start = header.position;
    for (const list of lists) {
      if (!readContentClaims(list, body, start).every(isTrue)) return false;
      start += list.totalLength;
    }
    return true;
  } catch (error) {
    toRefusal(error);
    return false;
  }
}

function isTrue({ deflated, claimedBytes }: ContentClaim): boolean {
  const content = inflate(deflated, Math.max(claimedBytes, enoughForMost));
  return content !== undefined && content.length <= claimedBytes;
}

/** The sum of the lengths that a column announces, run by run. */
function valueBytes(specification: number, stored: Uint8Array): number {
  const bytes = (specification & deflatedBit) === 0 ? stored : inflate(stored, metadataLimitBytes);
  if (bytes === undefined) throw new CutOffError();
  cursor.reset(bytes, 0, bytes.length);
  let sum = 0;
  while (!cursor.isAtEnd) {
    const length = cursor.signed();
    if (length === 0) cursor.skipNumbers(1);
    else if (length > 0) sum += length * Math.floor(cursor.unsigned() / typeCount);
    else for (let left = -length; left > 0; left -= 1) sum += Math.floor(cursor.unsigned() / typeCount);
  }
  return sum;
}

const none: readonly ContentClaim[] = [];
