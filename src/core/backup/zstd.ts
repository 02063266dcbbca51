import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib';
import { Readable } from 'node:stream';
import { Failure } from '../failure.ts';
import { bytesOf } from './pieces.ts';

const level = 3;
const compressParameters = {
  [constants.ZSTD_c_compressionLevel]: level,
  [constants.ZSTD_c_checksumFlag]: 1,
} as const;

/**
 * How the one frame of a backup begins: the magic, a descriptor (a checksum at the end, no size, no dictionary), and the
 * window of our level, two mebibytes (RFC 8878 §3.1.1).
 */
const frameHeader = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x58]);
const blockHeaderBytes = 3;
const checksumBytes = 4;
const mostBlockBytes = 128 * 1024;
const repeatedByte = 1;
const reserved = 3;

/** Bun 1.4 ends a short stream with one more frame, with nothing in it. */
const emptyFrame = Buffer.from('28b52ffd240001000099e9d851', 'hex');

/** `plain` as one zstd frame. */
export async function* compress(plain: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = Readable.from(plain, { objectMode: false });
  const encoder = createZstdCompress({ params: compressParameters });
  source.on('error', (error) => encoder.destroy(error));
  const frame = new FrameWalk();
  let behind = Buffer.alloc(0);
  try {
    for await (const bytes of bytesOf(source.pipe(encoder))) {
      const takenBytes = frame.take(bytes);
      if (takenBytes > 0) yield bytes.subarray(0, takenBytes);
      behind = Buffer.concat([behind, bytes.subarray(takenBytes)]);
    }
  } finally {
    source.destroy();
  }
  frame.end();
  if (behind.length > 0 && !behind.equals(emptyFrame)) throw new Error('zstd wrote more than one frame');
}

/**
 * What `compress` was given. The decoder alone takes a frame that is cut off for a whole one, and what is behind the
 * frame for nothing, so the blocks are counted here. `StoreDamaged` where it is not one whole frame of ours.
 */
export async function* decompress(compressed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const decoder = createZstdDecompress();
  const source = Readable.from(wholeFrame(compressed), { objectMode: false });
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
  return frameHeader.subarray(0, 4).equals(beginning.subarray(0, 4));
}

async function* wholeFrame(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const frame = new FrameWalk();
  for await (const bytes of source) {
    if (frame.take(bytes) < bytes.length) throw damaged();
    yield bytes;
  }
  frame.end();
}

/** Walks the blocks of one frame and keeps nothing but the header it is in. */
class FrameWalk {
  #header = Buffer.alloc(0);
  #wantedBytes = frameHeader.length;
  #skipBytes = 0;
  #state: 'frame' | 'block' | 'checksum' | 'end' = 'frame';
  #isLast = false;

  /** How much of it belongs to the frame: all, but for what is behind its end. */
  take(bytes: Uint8Array): number {
    let at = 0;
    while (at < bytes.length && this.#state !== 'end') {
      const skipped = Math.min(this.#skipBytes, bytes.length - at);
      this.#skipBytes -= skipped;
      at += skipped;
      if (this.#skipBytes > 0 || at >= bytes.length) break;
      const taken = bytes.subarray(at, at + this.#wantedBytes - this.#header.length);
      this.#header = Buffer.concat([this.#header, taken]);
      at += taken.length;
      if (this.#header.length === this.#wantedBytes) this.#next(this.#header);
    }
    return at;
  }

  end(): void {
    if (this.#state !== 'end') throw damaged();
  }

  #next(header: Buffer): void {
    this.#header = Buffer.alloc(0);
    switch (this.#state) {
      case 'frame':
        if (!header.equals(frameHeader)) throw damaged();
        return this.#expect('block', blockHeaderBytes);
      case 'block': {
        const word = header.readUIntLE(0, blockHeaderBytes);
        const kind = (word >> 1) & reserved;
        const sizeBytes = word >> 3;
        if (kind === reserved || sizeBytes > mostBlockBytes) throw damaged();
        this.#skipBytes = kind === repeatedByte ? 1 : sizeBytes;
        this.#isLast = (word & 1) === 1;
        return this.#isLast ? this.#expect('checksum', checksumBytes) : this.#expect('block', blockHeaderBytes);
      }
      case 'checksum':
      case 'end':
        this.#state = 'end';
    }
  }

  #expect(state: 'block' | 'checksum', wantedBytes: number): void {
    this.#state = state;
    this.#wantedBytes = wantedBytes;
  }
}

function isOfDecoder(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ZSTD');
}

function damaged(cause?: unknown): Failure {
  return new Failure('StoreDamaged', 'The backup is damaged or cut off: its compressed data does not hold together.', {
    cause,
  });
}
