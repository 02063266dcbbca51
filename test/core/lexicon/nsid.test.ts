import { describe, expect, test } from 'bun:test';
import { authorityOf, isNsid, parseNsid, whyNotNsid } from '../../../src/core/lexicon/nsid.ts';
import { isNamespace, whyNotNamespace } from '../../../src/core/lexicon/namespace.ts';
import { interopTexts } from '../../support/interop.ts';

const longLabel = 'o'.repeat(63);
const form = 'it needs three parts at least';

describe('the protocol’s own examples', () => {
  test.each(interopTexts('nsid_syntax_valid'))(
    '%s is an NSID, of a namespace with ten labels at most',
    (text) => {
      const labelCount = text.split('.').length - 1;
      if (labelCount > 10) {
        expect(whyNotNsid(text)).toBe('of its authority: it has 283 characters and may have 253');
      } else {
        expect(isNamespace(authorityOf(parseNsid(text)))).toBe(true);
      }
    },
  );

  test.each(interopTexts('nsid_syntax_invalid'))('"%s" is none', (text) => {
    expect(whyNotNsid(text)).toStartWith(form);
    expect(() => parseNsid(text)).toThrow('is not an NSID: ');
  });
});

describe('stricter than the protocol:', () => {
  test.each([
    ['com.Example.thing', 'of its authority: it has capitals; write it as "com.example"'],
    ['COM.example.thing', 'of its authority: it has capitals; write it as "com.example"'],
    [`${'a.'.repeat(11)}foo`, 'of its authority: it has 11 labels and may have 10'],
  ])('%s: %s', (text, why) => {
    expect(whyNotNsid(text)).toBe(why);
  });
});

test.each([
  'xyz.groundmist.sync',
  `com.${longLabel}.foo`,
  `com.example.${longLabel}`,
  `com.example.${'F'.repeat(63)}`,
])('"%s" is an NSID', (text) => {
  expect(isNsid(text)).toBe(true);
});

test.each([
  '',
  'xyz',
  '.com.example.foo',
  'com..example.foo',
  'com/example/thing',
  '../example.thing',
  'com.example.foo\n',
])('"%s" is not', (text) => {
  expect(whyNotNsid(text)).toStartWith(form);
});

test('the authority is all but the name', () => {
  expect(String(authorityOf(parseNsid('xyz.groundmist.library.item')))).toBe('xyz.groundmist.library');
});

test.each([
  ['xyz', 'it needs two labels at least, like "xyz.groundmist"'],
  ['xyz.Ground', 'it has capitals; write it as "xyz.ground"'],
  ['xyz.Ground-', 'the label "Ground-" is not 1–63 of a-z, 0-9 and "-", with no "-" at its ends'],
  ['4chan.org', 'its first label starts with a digit'],
  [
    `xyz.${'a'.repeat(64)}`,
    `the label "${'a'.repeat(64)}" is not 1–63 of a-z, 0-9 and "-", with no "-" at its ends`,
  ],
  ['xyz..ground', 'the label "" is not 1–63 of a-z, 0-9 and "-", with no "-" at its ends'],
  [`${`${longLabel}.`.repeat(4)}ab`, 'it has 258 characters and may have 253'],
])('"%s" is no namespace: %s', (text, why) => {
  expect(whyNotNamespace(text)).toBe(why);
});
