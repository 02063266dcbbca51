import { ByteCursor, CutOffError } from '../format/byte-cursor.ts';
import { readChangeHeader } from '../format/change-header.ts';
import { compressedChangeType, documentType, readChunk } from '../format/chunk.ts';
import { inflate } from '../format/inflate.ts';
import { UnsoundError } from '../format/unsound-error.ts';
import type { Author, ChunkFinding } from './document-report.ts';

const inflatedLimitBytes = 16 * 2 ** 20;
const millisecondsPerSecond = 1000;

/** What kind of chunk this is, or was. */
export function chunkKind(bytes: Uint8Array | undefined): ChunkFinding['kind'] {
  const chunk = bytes && readChunk(bytes, 0);
  if (chunk === undefined) return 'unknown';
  return chunk.type === documentType ? 'document' : 'change';
}

/** Who made a change whose checksum is wrong, as far as it can be read; it may be this that is damaged. */
export function chunkAuthor(bytes: Uint8Array | undefined): Author | undefined {
  const chunk = bytes && readChunk(bytes, 0);
  if (chunk === undefined || chunk.type === documentType) return undefined;
  try {
    const isDeflated = chunk.type === compressedChangeType;
    const content = isDeflated ? inflate(chunk.body, inflatedLimitBytes) : chunk.body;
    if (content === undefined) return undefined;
    const { actor, seq, time } = readChangeHeader(new ByteCursor(content));
    return { actor, seq, time: time === 0 ? undefined : time * millisecondsPerSecond };
  } catch (error) {
    if (error instanceof CutOffError || error instanceof UnsoundError) return undefined;
    throw error;
  }
}
