import { expect, test } from 'bun:test';
import { authorityOf, isNsid, parseNsid } from '../../../src/core/lexicon/nsid.ts';
import { isNamespace } from '../../../src/core/lexicon/namespace.ts';

const longLabel = 'o'.repeat(63);

test.each([
  'xyz.groundmist.sync',
  'com.example.fooBar',
  'com.example.fooBarV2',
  'net.users.bob.ping',
  'a.b.c',
  'm.xn--masekowski-d0b.pl',
  'one.two.three.four-and.FiVe',
  'a-0.b-1.c',
  'cn.8.lex.stuff',
  `com.${longLabel}.foo`,
  `com.example.${longLabel}`,
])('"%s" is an NSID', (text) => {
  expect(isNsid(text)).toBe(true);
  expect(isNamespace(authorityOf(parseNsid(text)))).toBe(true);
});

test.each([
  '',
  'xyz',
  'xyz.groundmist',
  'com.example.foo.*',
  'com.example.foo.blah*',
  'com.example.foo-bar',
  'com.example.3',
  'com.example.3four',
  'com.example.foo.',
  '.com.example.foo',
  'com..example.foo',
  'com.exa💩ple.thing',
  'com.example.thing name',
  'com.-example.thing',
  'com.example-.thing',
  '1com.example.thing',
  'com.Example.thing',
  'com/example/thing',
  '../example.thing',
  `com.${longLabel}o.foo`,
  `com.example.${longLabel}o`,
  `com.${`${longLabel}.`.repeat(4)}foo`,
  `${'a.'.repeat(11)}foo`,
])('"%s" is not', (text) => {
  expect(isNsid(text)).toBe(false);
  expect(() => parseNsid(text)).toThrow('is not an NSID: ');
});

test('the authority is all but the name', () => {
  expect(String(authorityOf(parseNsid('xyz.groundmist.library.item')))).toBe('xyz.groundmist.library');
});
