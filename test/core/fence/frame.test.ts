import { expect, test } from 'bun:test';
import * as fc from 'fast-check';
import {
  encodeFrame,
  FrameError,
  FrameReader,
  mostFrameBytes,
  type Frame,
} from '../../../src/core/fence/frame.ts';

const frame = fc.record({
  number: fc.nat(2 ** 32 - 1),
  kind: fc.nat(255),
  parts: fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 5 }),
});

function read(reader: FrameReader, pieces: readonly Uint8Array[]): readonly Frame[] {
  return pieces.flatMap((piece) => [...reader.push(piece)]);
}

test('frames come out as they went in, wherever their bytes are cut', () => {
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 6 }), fc.array(fc.nat(60)), (frames, cuts) => {
      const bytes = Buffer.concat(frames.map(encodeFrame));
      const pieces: Uint8Array[] = [];
      let at = 0;
      for (const length of [...cuts, bytes.length]) {
        pieces.push(bytes.subarray(at, at + length));
        at += length;
      }
      expect(read(new FrameReader(), pieces)).toEqual(frames);
    }),
  );
});

test('bytes that are no frames are refused, or waited for', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      // A length that is believed is memory: those of the test stay small.
      const small = Uint8Array.from(bytes, (byte, at) => (at === 2 || at === 3 ? 0 : byte));
      try {
        read(new FrameReader(), [small]);
      } catch (error) {
        expect(error).toBeInstanceOf(FrameError);
      }
    }),
  );
});

test.each([0, 8, mostFrameBytes + 1])('a frame of %d bytes is none', (length) => {
  const reader = new FrameReader();
  expect(() => read(reader, [new Uint8Array(Uint32Array.of(length).buffer)])).toThrow(FrameError);
});

test('parts that are longer than their frame are refused', () => {
  const bytes = encodeFrame({ number: 1, kind: 1, parts: [Uint8Array.of(1, 2, 3)] });
  for (const at of [9, 13]) expect(() => read(new FrameReader(), [bytes.with(at, 200)])).toThrow(FrameError);
});
