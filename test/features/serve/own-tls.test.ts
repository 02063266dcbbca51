import { expect, test } from 'bun:test';
import { Configuration } from '../../../src/configuration.ts';
import { readOwnTls, type OwnTls } from '../../../src/features/serve/own-tls.ts';
import { coreSettings } from '../../../src/settings.ts';
import { tlsSettings } from '../../../src/tls-settings.ts';

const auto = { GROUNDMIST_TLS: 'auto' };
const files = { GROUNDMIST_TLS_CERT: '/a/cert.pem', GROUNDMIST_TLS_KEY: '/a/key.pem' };
const named = { GROUNDMIST_HOST: 'Sync.example.com' };

function configurationOf(environment: Readonly<Record<string, string>>): Configuration {
  return new Configuration({ flags: {}, environment });
}

function read(environment: Readonly<Record<string, string>>): OwnTls | undefined {
  const configuration = configurationOf(environment);
  const { host } = configuration.read({ host: coreSettings.host });
  return readOwnTls(configuration.read(tlsSettings), host);
}

test('without a word of it a proxy has TLS', () => {
  expect(read({})).toBeUndefined();
  expect(read({ ...named, GROUNDMIST_TLS: 'off' })).toBeUndefined();
});

test('auto is for the name, in lower case and without its port, at Let’s Encrypt and port 80', () => {
  const authority = 'https://acme-v02.api.letsencrypt.org/directory';
  const expected: OwnTls = { kind: 'auto', order: { authority, name: 'sync.example.com' }, httpPort: 80 };
  expect(read({ ...auto, ...named })).toEqual(expected);
  expect(read({ ...auto, GROUNDMIST_HOST: 'sync.example.com:8443' })).toEqual(expected);
});

test('a certificate of one’s own needs its key, and takes an address for a name too', () => {
  expect(read({ ...files, GROUNDMIST_HOST: '192.0.2.1' })).toMatchObject({
    kind: 'files',
    name: '192.0.2.1',
  });
});

test.each<[string, Readonly<Record<string, string>>, RegExp]>([
  ['auto and files', { ...auto, ...files, ...named }, /leave one or the other out/],
  ['a certificate alone', { GROUNDMIST_TLS_CERT: '/a', ...named }, /add GROUNDMIST_TLS_KEY/],
  ['a key alone', { GROUNDMIST_TLS_KEY: '/a', ...named }, /add GROUNDMIST_TLS_CERT/],
  ['auto without a name', auto, /add GROUNDMIST_HOST=sync.example.com/],
  ['files without a name', files, /add GROUNDMIST_HOST=sync.example.com/],
  ['localhost', { ...auto, GROUNDMIST_HOST: 'localhost:3031' }, /is this machine alone/],
  ['auto for an address', { ...auto, GROUNDMIST_HOST: '192.0.2.1' }, /public names/],
  ['auto for a name of the network at home', { ...auto, GROUNDMIST_HOST: 'nas' }, /public names/],
  ['another mode', { GROUNDMIST_TLS: 'on', ...named }, /it is auto or off/],
  ['an authority without https', { GROUNDMIST_ACME_DIRECTORY: 'http://a.example/' }, /must be an https URL/],
])('%s is refused with what to do', (_what, environment, sentence) => {
  expect(() => read(environment)).toThrow(sentence);
});

test.each<[string, Readonly<Record<string, string>>, { readonly port: number; readonly listen: string }]>([
  ['no TLS', {}, { port: 3031, listen: '127.0.0.1' }],
  ['TLS that is off', { GROUNDMIST_TLS: 'off' }, { port: 3031, listen: '127.0.0.1' }],
  ['TLS by an authority', auto, { port: 443, listen: '::' }],
  ['TLS by files', files, { port: 443, listen: '::' }],
  ['TLS and a port', { ...auto, PORT: '8443' }, { port: 8443, listen: '::' }],
  ['TLS and an address', { ...auto, GROUNDMIST_LISTEN: '192.0.2.1' }, { port: 443, listen: '192.0.2.1' }],
])('with %s it listens where that has to be, unless it is told', (_what, environment, place) => {
  const { port, listen } = coreSettings;
  expect(configurationOf(environment).read({ port, listen })).toEqual(place);
});
