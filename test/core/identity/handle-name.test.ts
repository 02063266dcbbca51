import { describe, expect, test } from 'bun:test';
import { parseHandle } from '../../../src/core/identity/handle-name.ts';
import { Failure } from '../../../src/core/failure.ts';
import { interopTexts } from '../../support/interop.ts';

function codeOf(text: string): string | undefined {
  try {
    parseHandle(text);
    return undefined;
  } catch (error) {
    if (error instanceof Failure) return error.code;
    throw error;
  }
}

describe('the protocol’s own examples', () => {
  test.each(interopTexts('handle_syntax_valid'))(
    '%s is a handle; we take it unless its end is reserved',
    (text) => {
      if (/\.(arpa|local|onion)$/i.test(text)) expect(codeOf(text)).toBe('HandleReserved');
      else expect(parseHandle(text)).toBe(text.toLowerCase());
    },
  );

  test.each(interopTexts('handle_syntax_invalid'))('"%s" is none', (text) => {
    expect(codeOf(text)).toBe('HandleInvalid');
  });
});

test('as people type it', () => {
  expect(parseHandle('@Alice.Example.com')).toBe('alice.example.com');
});

test.each([
  '\u202aalice.example.com\u202c',
  '\u2068@alice.example.com\u2069',
  '@\u200ealice.example.com\u200f',
  '\u200balice.example.com\ufeff',
  '\u061calice.example.com\u2060',
])('%j is taken without the marks around it, which nobody sees and copying brings along', (text) => {
  expect(parseHandle(text)).toBe('alice.example.com');
});

test.each(['ali\u200bce.example.com', 'alice\u202e.example.com', '@\u200e@alice.example.com'])(
  '%j is no handle: within it they could mean anything',
  (text) => {
    expect(codeOf(text)).toBe('HandleInvalid');
  },
);

test.each(['local', 'arpa', 'invalid', 'localhost', 'internal', 'example', 'alt', 'onion'])(
  'nobody’s handle ends in .%s',
  (domain) => {
    expect(codeOf(`alice.${domain}`)).toBe('HandleReserved');
    expect(codeOf(`ALICE.${domain.toUpperCase()}`)).toBe('HandleReserved');
    expect(codeOf(`alice.not${domain}`)).toBeUndefined();
    expect(codeOf(`${domain}.example.com`)).toBeUndefined();
  },
);

test('.test is for development and taken', () => {
  expect(parseHandle('alice.test')).toBe('alice.test');
});

test.each(['', '@', '@@a.com', 'a.com/x', 'a.com@', '\u212a.com', `${'a.'.repeat(126)}com`, 'a.com\n'])(
  '"%s" is not a handle',
  (text) => {
    expect(codeOf(text)).toBe('HandleInvalid');
  },
);

test('what is none is told as data: cut, and without what a terminal would obey', () => {
  expect(() => parseHandle('a\u202e.com')).toThrow('"a\\u202e.com" is not a handle; it looks like');
  expect(() => parseHandle('x'.repeat(1000))).toThrow(/^.{0,160}$/);
});
