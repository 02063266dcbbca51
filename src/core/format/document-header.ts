import { ByteCursor, CutOffError } from './byte-cursor.ts';
import { documentType, readChunk } from './chunk.ts';

/** What a document says of itself before its changes. */
export interface DocumentHeader {
  /** Everybody who made a change, hex. */
  readonly actors: readonly string[];
  /** Hashes of the changes that no other builds on, hex, sorted. */
  readonly heads: readonly string[];
}

const hashBytes = 32;

/** Reads the header of a document; throws `CutOffError`. */
export function readDocumentHeader(cursor: ByteCursor): DocumentHeader {
  const actors: string[] = [];
  for (let left = cursor.unsigned(); left > 0; left -= 1) actors.push(cursor.take(cursor.unsigned()).toHex());
  const heads: string[] = [];
  for (let left = cursor.unsigned(); left > 0; left -= 1) heads.push(cursor.take(hashBytes).toHex());
  return { actors, heads: heads.length > 1 ? heads.toSorted() : heads };
}

/** The heads a document chunk at the start of `bytes` names (sorted hex), or undefined where there is none. */
export function snapshotHeads(bytes: Uint8Array): readonly string[] | undefined {
  const chunk = readChunk(bytes, 0);
  if (chunk?.type !== documentType) return undefined;
  try {
    return readDocumentHeader(new ByteCursor(chunk.body)).heads;
  } catch (error) {
    if (error instanceof CutOffError) return undefined;
    throw error;
  }
}
