import { expect, test } from 'bun:test';
import { escapeUnprintable, printableJson, printableJsonLines } from '../../src/platform/escape.ts';

const hostile = 'a\u001b[2J\u0000\u007f\u009b31m\u202eb\u2028\ufeff\u{e0041}\r\n\t';

test('what commands a terminal or turns text around is escaped', () => {
  expect(escapeUnprintable(hostile)).toBe(
    String.raw`a\u001b[2J\u0000\u007f\u009b31m\u202eb\u2028\ufeff\udb40\udc41\u000d\u000a\u0009`,
  );
});

test('letters of any script and emoji are left alone', () => {
  const text = 'Grüße, 世界, नमस्ते, 👩🏽‍🚀';
  expect(escapeUnprintable(text)).toBe(text);
});

test('escaped JSON reads back as the same value', () => {
  for (const value of [hostile, { [hostile]: [hostile] }]) {
    expect(JSON.parse(printableJson(value))).toEqual(value);
    expect(JSON.parse(printableJsonLines(value))).toEqual(value);
  }
});

test('one value is one line', () => {
  expect(printableJson({ text: 'a\nb\u2028c', list: [1] })).not.toMatch(/[\n\r\u2028]/);
});
