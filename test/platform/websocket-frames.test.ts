import { expect, test } from 'bun:test';
import { FrameReader } from '../../src/platform/websocket-frames.ts';

const bytesOf = (length: number): Buffer =>
  Buffer.from(Uint8Array.from({ length }, (_, index) => index % 256));

/** As a server sends it (RFC 6455 §5.2): unmasked. */
function frame(first: number, payload: Buffer): Buffer {
  if (payload.length < 126) return Buffer.concat([Buffer.of(first, payload.length), payload]);
  const long = payload.length > 65_535;
  const head = Buffer.alloc(long ? 10 : 4);
  head.writeUInt8(first, 0);
  head.writeUInt8(long ? 127 : 126, 1);
  if (long) head.writeBigUInt64BE(BigInt(payload.length), 2);
  else head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, payload]);
}

test.each([0, 125, 126, 65_535, 65_536])('a message of %d bytes is read, however it is cut', (length) => {
  const sent = frame(0x82, bytesOf(length));
  const cuts = [sent.length, 1, 7, 1000].filter((step) => sent.length / step < 5000);
  for (const step of cuts) {
    const reader = new FrameReader(100_000);
    const events = [];
    for (let at = 0; at < sent.length; at += step) events.push(...reader.take(sent.subarray(at, at + step)));
    expect(events).toEqual([{ kind: 'message', bytes: bytesOf(length) }]);
  }
});

test('fragments are one message, and a ping between them is none', () => {
  const reader = new FrameReader(100);
  const parts = [frame(0x02, Buffer.of(1)), frame(0x89, Buffer.of(9)), frame(0x80, Buffer.of(2))];
  expect(reader.take(Buffer.concat(parts))).toEqual([{ kind: 'message', bytes: Buffer.of(1, 2) }]);
});

test('a close frame has its code, or 1005 where it has none', () => {
  expect(new FrameReader(100).take(frame(0x88, Buffer.of(0x0f, 0xa0)))).toEqual([
    { kind: 'close', code: 4000 },
  ]);
  expect(new FrameReader(100).take(frame(0x88, Buffer.alloc(0)))).toEqual([{ kind: 'close', code: 1005 }]);
});

test('what is larger than was agreed is refused before it is there, in one frame or in many', () => {
  expect(() => new FrameReader(100).take(Buffer.of(0x82, 126, 0, 101))).toThrow(RangeError);
  const reader = new FrameReader(100);
  reader.take(frame(0x02, bytesOf(60)));
  expect(() => reader.take(frame(0x00, bytesOf(60)))).toThrow(RangeError);
});
