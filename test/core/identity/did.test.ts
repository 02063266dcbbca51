import { describe, expect, test } from 'bun:test';
import { isDid, parseDid, readDid } from '../../../src/core/identity/did.ts';
import { interopTexts } from '../../support/interop.ts';

const whyUnsupported = (text: string): string | undefined => {
  const read = readDid(text);
  return read.kind === 'unusable' && read.code === 'DidUnsupported' ? read.why : undefined;
};

/** Of the protocol's valid DIDs, those that an account can have. */
const ofAccounts = ['did:plc:7iza6de2dwap2sbkpav7c6c6', 'did:web:example.com', 'did:web:localhost%3A1234'];

describe('the protocol’s own examples', () => {
  test.each(interopTexts('did_syntax_valid'))(
    '%s is a DID; we take it where accounts can have it',
    (text) => {
      expect(isDid(text)).toBe(ofAccounts.includes(text));
      if (!isDid(text)) expect(whyUnsupported(text)).toStartWith('its method is not plc or web but ');
    },
  );

  test.each(interopTexts('did_syntax_invalid'))('"%s" is none', (text) => {
    expect(readDid(text)).toMatchObject({ kind: 'unusable', code: 'DidInvalid' });
  });
});

test.each([
  'did:plc:ewvi7nxzyoun6zhxrhs64oiz',
  'did:web:localhost',
  'did:web:xn--bcher-kva.example.com',
  'did:web:a.b.c-d.test',
])('%s is one of an account', (text) => {
  expect<string>(parseDid(text)).toBe(text);
});

describe('stricter than the form of a DID:', () => {
  test.each([
    ['did:plc:ewvi7nxzyoun6zhxrhs64oi', 'after did:plc: come 24 of a-z and 2-7'],
    ['did:plc:EWVI7NXZYOUN6ZHXRHS64OIZ', 'after did:plc: come 24 of a-z and 2-7'],
    ['did:plc:ewvi7nxzyoun6zhxrhs64oi1', 'after did:plc: come 24 of a-z and 2-7'],
    ['did:web:example.com:users:alice', 'after did:web: comes a host name alone, without port or path'],
    ['did:web:example.com%3A8443', 'after did:web: comes a host name alone, without port or path'],
    ['did:web:example.com%2Fx', 'after did:web: comes a host name alone, without port or path'],
    ['did:web:127.0.0.1', 'after did:web: comes a host name alone, without port or path'],
    ['did:web:example', 'after did:web: comes a host name alone, without port or path'],
    ['did:web:-a.com', 'after did:web: comes a host name alone, without port or path'],
    ['did:web:localhost%3a80', 'after did:web: comes a host name alone, without port or path'],
    ['did:web:localhost%3A0', 'after did:web: comes a host name alone, without port or path'],
    ['did:web:localhost%3A65536', 'it has no port of TCP'],
    ['did:web:Example.com', 'its host name has capitals; write did:web:example.com'],
    ['did:web:printer.local', 'names that end in .local are nobody’s'],
    ['did:web:expyuzz4wqqyqhjn.onion', 'names that end in .onion are nobody’s'],
  ])('%s: %s', (text, why) => {
    expect(whyUnsupported(text)).toBe(why);
  });
});

test('what is none is told as data: cut, and without what a terminal would obey', () => {
  expect(() => parseDid('\u001b[2J')).toThrow(
    '"\\u001b[2J" is not the DID of an account: it does not have the form of a DID.',
  );
  expect(() => parseDid(`did:${'x'.repeat(300)}:y`)).toThrow(/^.{0,180}$/);
});
