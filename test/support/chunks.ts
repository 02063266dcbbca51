import { readChunks, type Chunk } from '../../src/core/format/chunk.ts';

/** The chunk that `bytes` are, and nothing else. */
export function onlyChunk(bytes: Uint8Array): Chunk {
  const [chunk, ...others] = readChunks(bytes) ?? [];
  if (chunk === undefined || others.length > 0) throw new Error('these bytes should be one chunk');
  return chunk;
}
