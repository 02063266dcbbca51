import { expect, test } from 'bun:test';
import { readClientName } from '../../../src/core/auth/client-metadata.ts';

const clientId = 'https://library.example/apps/client.json';

function nameIn(members: Readonly<Record<string, unknown>>): string | undefined {
  return readClientName(clientId, { client_id: clientId, client_name: 'Library', ...members });
}

test('the name is that of the document', () => {
  expect(nameIn({})).toBe('Library');
  expect(nameIn({ logo_uri: 'https://elsewhere.example/logo.png' })).toBe('Library');
});

test.each([
  ['has another client id', { client_id: 'https://library.example/other.json' }],
  ['has no client id', { client_id: undefined }],
  ['has a home page on another host', { client_uri: 'https://bsky.app' }],
  ['has a home page without TLS', { client_uri: 'http://library.example' }],
  ['has a home page beside it', { client_uri: 'https://library.example/app' }],
  ['has a home page that is none', { client_uri: 'library.example' }],
  ['has no name', { client_name: undefined }],
  ['has an empty name', { client_name: ' \u200b\u202e ' }],
  ['has a name that is none', { client_name: { toString: 1 } }],
])('a document that %s names nothing', (_name, members) => {
  expect(nameIn(members)).toBeUndefined();
});

test.each([[undefined], [null], ['Library'], [[]]])('%p is no document', (document) => {
  expect(readClientName(clientId, document)).toBeUndefined();
});

test.each(['https://library.example', 'https://library.example/apps', 'https://library.example/apps/'])(
  'a home page above it (%s) is its own',
  (client_uri) => {
    expect(nameIn({ client_uri })).toBe('Library');
  },
);

test.each([
  ['a\r\nb\u2028c', 'a b c'],
  ['\u001b[2JLibrary\u0007', '[2JLibrary'],
  ['a\u202eb\u200bc\u{e0041}d', 'a b c d'],
  ['x", as bsky.app says “y”', "x', as bsky.app says 'y'"],
  ['💚'.repeat(61), `${'💚'.repeat(59)}…`],
])('the name %j is read as %j', (client_name, expected) => {
  expect(nameIn({ client_name })).toBe(expected);
});
