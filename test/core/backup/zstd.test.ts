import { describe, expect, test } from 'bun:test';
import { compress, decompress } from '../../../src/core/backup/zstd.ts';
import { rejectionOf } from '../../support/rejection.ts';

async function* source(bytes: Uint8Array, pieceBytes = bytes.length): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

async function whole(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(pieces));
}

const short = Buffer.from('a short text, and again a short text');
const long = Buffer.from(Array.from({ length: 700_000 }, (_, at) => (at * at) % 251));

describe('what was compressed', () => {
  test.each([
    ['a short text', short],
    ['several blocks', long],
  ])('comes back: %s', async (_, plain) => {
    const compressed = await whole(compress(source(plain, 1000)));
    for (const pieceBytes of [1, 7, compressed.length]) {
      expect((await whole(decompress(source(compressed, pieceBytes)))).equals(plain)).toBe(true);
    }
    expect(Buffer.from(Bun.zstdDecompressSync(compressed)).equals(plain)).toBe(true);
  });

  test('is refused with any bit of it turned', async () => {
    const compressed = await whole(compress(source(short)));
    for (let bit = 0; bit < compressed.length * 8; bit += 1) {
      const turned = Buffer.from(compressed);
      turned.writeUInt8(turned.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect((await rejectionOf(whole(decompress(source(turned))))).message).toContain('damaged or cut off');
    }
  });

  test('is refused when it is cut off anywhere, and with anything behind it', async () => {
    const compressed = await whole(compress(source(short)));
    for (let length = 0; length < compressed.length; length += 1) {
      expect(
        (await rejectionOf(whole(decompress(source(compressed.subarray(0, length)))))).message,
      ).toContain('damaged or cut off');
    }
    for (const behind of [Buffer.from([0]), compressed]) {
      const longer = Buffer.concat([compressed, behind]);
      expect((await rejectionOf(whole(decompress(source(longer))))).message).toContain('damaged or cut off');
    }
  });

  test('fails as its source fails', async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield short;
      throw new Error('the disk is gone');
    }
    expect((await rejectionOf(whole(compress(failing())))).message).toContain('the disk is gone');
    expect(await rejectionOf(whole(decompress(failing())))).toBeInstanceOf(Error);
  });
});
