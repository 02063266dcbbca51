import { ByteCursor } from '../../src/core/format/byte-cursor.ts';
import { onlyChunk } from './chunks.ts';
import { craftChunk, leb128 } from './crafted-sync.ts';

/** The document chunk with other heads (one for each it has), under a correct checksum. */
export function withForgedHeads(chunk: Uint8Array, heads: readonly Uint8Array[]): Uint8Array {
  const { body } = onlyChunk(chunk);
  const cursor = new ByteCursor(body);
  for (let left = cursor.unsigned(); left > 0; left -= 1) cursor.skip(cursor.unsigned());
  const start = cursor.position;
  const count = cursor.unsigned();
  if (count !== heads.length) throw new Error(`it has ${count} heads`);
  cursor.skip(32 * count);
  const forged = [...leb128(count), ...heads.flatMap((head) => [...head])];
  return craftChunk(
    0,
    Uint8Array.from([...body.subarray(0, start), ...forged, ...body.subarray(cursor.position)]),
  );
}
