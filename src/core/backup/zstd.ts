import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib';
import { Readable } from 'node:stream';
import { Failure } from '../failure.ts';
import { bytesOf } from './pieces.ts';

const parameters = { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 } as const;

/** A frame that decoders skip, with 32 bytes in it (RFC 8878 §3.1.2). */
const sealHeader = Buffer.from('502a4d1820000000', 'hex');
const hashBytes = 32;
export const sealBytes = sealHeader.length + hashBytes;

/** `plain` as zstd, and behind it, in a frame that decoders skip, the SHA-256 of all before. */
export async function* compress(plain: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = Readable.from(plain, { objectMode: false });
  const encoder = createZstdCompress({ params: parameters });
  source.on('error', (error) => encoder.destroy(error));
  const hasher = new Bun.CryptoHasher('sha256');
  try {
    for await (const bytes of bytesOf(source.pipe(encoder))) {
      hasher.update(bytes);
      yield bytes;
    }
  } finally {
    source.destroy();
  }
  yield Buffer.concat([sealHeader, hasher.digest()]);
}

/**
 * What `compress` was given. The decoder alone takes what is cut off for whole, and some changed bits for none.
 * `BackupDamaged` at the end, or before, where anything is not as it was written.
 */
export async function* decompress(compressed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const decoder = createZstdDecompress();
  const source = Readable.from(unsealed(compressed), { objectMode: false });
  source.on('error', (error) => decoder.destroy(error));
  try {
    yield* bytesOf(source.pipe(decoder));
  } catch (error) {
    if (error instanceof Failure || !isOfDecoder(error)) throw error;
    throw damaged(error);
  } finally {
    source.destroy();
  }
}

export function isZstd(beginning: Uint8Array): boolean {
  return Buffer.from('28b52ffd', 'hex').equals(beginning.subarray(0, 4));
}

/** Whether the last `sealBytes` of a file look like a seal; whether it fits is known once all was read. */
export function isSeal(ending: Uint8Array): boolean {
  return ending.length === sealBytes && sealHeader.equals(ending.subarray(0, sealHeader.length));
}

/** All but the seal, which is looked at once everything before it has gone by. */
async function* unsealed(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const hasher = new Bun.CryptoHasher('sha256');
  let held = Buffer.alloc(0);
  for await (const piece of source) {
    const known = Buffer.concat([held, piece]);
    const passed = known.subarray(0, Math.max(0, known.length - sealBytes));
    held = known.subarray(passed.length);
    hasher.update(passed);
    if (passed.length > 0) yield passed;
  }
  if (!held.equals(Buffer.concat([sealHeader, hasher.digest()]))) throw damaged();
}

function isOfDecoder(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ZSTD');
}

function damaged(cause?: unknown): Failure {
  return new Failure(
    'BackupDamaged',
    'The backup is damaged or cut off: its bytes are not those that were written.',
    {
      cause,
    },
  );
}
