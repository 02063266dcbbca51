import { ByteCursor } from './byte-cursor.ts';
import { documentType, readChunk } from './chunk.ts';
import { toRefusal } from './refusal.ts';
import { TooMuchError } from './row-count.ts';

/** What a document says of itself before its changes. */
export interface DocumentHeader {
  /** Everybody who made a change, hex. */
  readonly actors: readonly string[];
  /** Hashes of the changes that no other builds on, hex, sorted. */
  readonly heads: readonly string[];
}

const hashBytes = 32;
/** An app makes one each time it starts. */
const mostActors = 100_000;
const mostActorBytes = 256;
/** As many as there were writers at once. */
const mostHeads = 10_000;

/** Reads the header of a document; throws `CutOffError`, and `TooMuchError` where it names more than there are. */
export function readDocumentHeader(cursor: ByteCursor): DocumentHeader {
  const actors: string[] = [];
  for (let left = counted(cursor, mostActors); left > 0; left -= 1) {
    actors.push(cursor.take(counted(cursor, mostActorBytes)).toHex());
  }
  const heads: string[] = [];
  for (let left = counted(cursor, mostHeads); left > 0; left -= 1) heads.push(cursor.take(hashBytes).toHex());
  return { actors, heads: heads.length > 1 ? heads.toSorted() : heads };
}

/** The heads a document chunk at the start of `bytes` names (sorted hex), or undefined where there is none. */
export function snapshotHeads(bytes: Uint8Array): readonly string[] | undefined {
  const chunk = readChunk(bytes, 0);
  if (chunk?.type !== documentType) return undefined;
  try {
    return readDocumentHeader(new ByteCursor(chunk.body)).heads;
  } catch (error) {
    toRefusal(error);
    return undefined;
  }
}

function counted(cursor: ByteCursor, most: number): number {
  const count = cursor.unsigned();
  if (count > most) throw new TooMuchError();
  return count;
}
