import { Failure } from '../failure.ts';
import { whyNotChunks } from '../format/whole-chunks.ts';
import type { DocumentId } from './document-id.ts';

const pageLimit = 10_000;
const hashBytes = 32;

/** `InvalidRequest` where `chunk` could not be read back. */
export function refuseBrokenChunk(id: DocumentId, chunk: Uint8Array): void {
  const problem = whyNotChunks(chunk);
  if (problem) throw new Failure('InvalidRequest', `A chunk for ${id} was not stored: ${problem}.`);
}

export function refuseStrangeInterior(id: DocumentId, hashes: Uint8Array): void {
  if (hashes.length > 0 && hashes.length % hashBytes === 0) return;
  throw new Failure('Internal', `What is inside a chunk of ${id} is no list of hashes.`);
}

export function refuseStrangeLimit(limit: number): void {
  if (Number.isInteger(limit) && limit >= 1 && limit <= pageLimit) return;
  throw new Failure('InvalidRequest', `A page has 1 to ${pageLimit} entries, not ${limit}.`);
}
