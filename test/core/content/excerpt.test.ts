import { describe, expect, test } from 'bun:test';
import type { Json } from '../../../src/core/content/json.ts';
import { excerpt } from '../../../src/core/content/excerpt.ts';
import { jsonPointer, pathText, valueAt } from '../../../src/core/content/path.ts';

describe('an excerpt', () => {
  test.each([
    [{ a: [1, 'two', null, { b: true }], c: {} }, '{"a": [1, "two", null, {"b": true}], "c": {}}'],
    ['line\n"quoted"', '"line\\n\\"quoted\\""'],
    [[], '[]'],
  ])('of a short value is all of it: %j', (value, text) => {
    expect(excerpt(value, 80)).toBe(text);
  });

  test('of a long one ends with a mark and is as wide as it may be', () => {
    expect(excerpt('x'.repeat(5_000_000), 20)).toBe(`"${'x'.repeat(18)}…`);
    expect(
      excerpt(
        Array.from({ length: 1_000_000 }, () => 7),
        10,
      ),
    ).toBe('[7, 7, 7,…');
    expect(Bun.stringWidth(excerpt('鯨'.repeat(100), 21))).toBeLessThanOrEqual(21);
  });
});

describe('a path', () => {
  test('reads as code does', () => {
    expect(pathText(['a', 3, 'b-c', '', 'x.y', '$type', 'ключ'])).toBe('a[3].b-c[""]["x.y"].$type.ключ');
    expect(pathText([])).toBe('the root');
  });

  test('is a JSON Pointer of RFC 6901', () => {
    expect(jsonPointer(['a/b', '~1', '', 0])).toBe('/a~1b/~01//0');
    expect(jsonPointer([])).toBe('');
  });

  test('leads to what stands there, and to nothing where nothing does', () => {
    const content = { a: [{ b: 1 }], t: 'text' };
    expect(valueAt(content, ['a', 0, 'b'])).toBe(1);
    expect(valueAt(content, ['a', 1])).toBeUndefined();
    expect(valueAt(content, ['t', 0])).toBeUndefined();
    expect(valueAt(content, ['toString'])).toBeUndefined();
  });
});

test.each<[Json, string]>([
  [{ $bytes: 'BwcH' }, 'bytes(3) 070707'],
  [{ $bytes: new Uint8Array(300_001).fill(7).toBase64() }, `bytes(300,001) ${'07'.repeat(16)}…`],
  [{ $bytes: '' }, 'bytes(0)'],
  [{ $date: '2025-11-21T00:00:00.000Z' }, '2025-11-21T00:00:00.000Z'],
  [{ $date: null }, 'a date out of range'],
  [[{ $integer: '9007199254740993' }, { $float: '-Infinity' }], '[9007199254740993, -Infinity]'],
  [{ $bytes: 'no base64' }, '{"$bytes": "no base64"}'],
  [{ $bytes: '=AAA' }, '{"$bytes": "=AAA"}'],
  [{ $date: 'x', more: 1 }, '{"$date": "x", "more": 1}'],
  [{ $type: 'x' }, '{"$type": "x"}'],
])('an excerpt of what JSON cannot say is what the document says: %#', (value, text) => {
  expect(excerpt(value, 60)).toBe(text);
});
