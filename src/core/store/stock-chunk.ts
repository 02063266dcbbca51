import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { Failure } from '../failure.ts';

/** As much as one document may hold inflated, so no chunk is longer. */
const maxChunkBytes = 256 * 1024 * 1024;

/** The bytes of one chunk file: a plain file, not too long, and an increment only under its own hash. */
export async function readStockChunk(path: string): Promise<Uint8Array> {
  // Without O_NONBLOCK the open of a FIFO waits for a writer.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  await using file = await open(path, flags).catch((cause: unknown) => {
    throw new Failure('StoreDamaged', `${path} cannot be opened as a plain file.`, { cause });
  });
  const found = await file.stat();
  if (!found.isFile()) throw new Failure('StoreDamaged', `${path} is not a plain file.`);
  if (found.size > maxChunkBytes) {
    throw new Failure('StoreDamaged', `${path} has ${found.size} bytes; a chunk may have ${maxChunkBytes}.`);
  }
  const bytes = new Uint8Array(await file.readFile());
  const isIncrement = basename(dirname(path)) === 'incremental';
  if (isIncrement && createHash('sha256').update(bytes).digest('hex') !== basename(path)) {
    throw new Failure('StoreDamaged', `${path} does not hold the bytes its name is the hash of.`);
  }
  return bytes;
}
