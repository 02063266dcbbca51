import { expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { ByteWriter } from '../../../src/core/format/byte-writer.ts';
import { ByteCursor } from '../../../src/core/format/byte-cursor.ts';

test('what is written is read again, however little room was expected', () => {
  const content = fc.array(fc.oneof(fc.maxSafeNat(), fc.uint8Array({ maxLength: 40 })), { maxLength: 20 });
  fc.assert(
    fc.property(content, fc.nat(64), (items, expectedBytes) => {
      const writer = new ByteWriter(expectedBytes);
      for (const item of items) {
        if (typeof item === 'number') writer.unsigned(item);
        else writer.bytes(item);
      }
      const cursor = new ByteCursor(writer.finish());
      for (const item of items) {
        if (typeof item === 'number') expect(cursor.unsigned()).toBe(item);
        else expect(cursor.take(item.length)).toEqual(item);
      }
      expect(cursor.isAtEnd).toBe(true);
    }),
  );
});

test('numbers take as few bytes as can be', () => {
  const writer = new ByteWriter(0);
  for (const number of [0, 127, 128, 16_383, 16_384]) writer.unsigned(number);
  expect(writer.finish().toHex()).toBe('007f8001ff7f808001');
});

test('hex digits are written as the bytes they stand for', () => {
  const writer = new ByteWriter(1);
  writer.byte(7);
  writer.hex('00ff10');
  expect(writer.finish().toHex()).toBe('0700ff10');
});
