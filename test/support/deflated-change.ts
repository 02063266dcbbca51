import { deflateRawSync } from 'node:zlib';
import { onlyChunk } from './chunks.ts';
import { leb128 } from './crafted-sync.ts';

const beforeType = 8;

/** The same change as Automerge writes large ones: under the same checksum. */
export function deflatedChange(change: Uint8Array): Uint8Array {
  const body = deflateRawSync(onlyChunk(change).body);
  return Uint8Array.from([...change.subarray(0, beforeType), 2, ...leb128(body.length), ...body]);
}
