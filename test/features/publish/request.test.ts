import { expect, test } from 'bun:test';
import { readRequest } from '../../../src/features/publish/request.ts';

type Options = Readonly<Record<string, boolean>>;

function read(host: string | undefined, configured: string | undefined, options: Options = {}) {
  return readRequest({ arguments: { host }, options }, configured);
}

test.each([
  ['sync.example.com', undefined, 'https://sync.example.com/'],
  [undefined, 'sync.example.com', 'https://sync.example.com/'],
  ['Sync.Example.com', 'sync.example.com', 'https://sync.example.com/'],
  ['sync.example.com:443', 'sync.example.com', 'https://sync.example.com/'],
  ['sync.example.com:8443', undefined, 'https://sync.example.com:8443/'],
  ['localhost:3031', 'LOCALHOST:3031', 'http://localhost:3031/'],
])('%s for a server named %s is %s', (named, configured, url) => {
  expect(read(named, configured)).toEqual({ kind: 'write', publicUrl: new URL(url), isUnchecked: false });
});

test.each([
  ['https://sync.example.com', 'leave out the scheme'],
  ['sync.example.com/path', 'leave out the path'],
  ['alice:secret@sync.example.com', 'leave out the user'],
  ['sync.example.com:0', 'the port "0"'],
  ['0x7f.1', 'write it as 127.0.0.1'],
])('%s is refused before anything is asked', (named, why) => {
  expect(() => read(named, undefined)).toThrow(why);
});

test('no host, another than the server has, and two wishes at once are refused', () => {
  expect(() => read(undefined, undefined)).toThrow('or set GROUNDMIST_HOST');
  expect(() => read('a.example.com', 'b.example.com')).toThrow('is not the name of this server');
  expect(() => read(undefined, 'a.example.com', { show: true, remove: true })).toThrow('only one of');
  expect(() => read('a.example.com', undefined, { show: true })).toThrow('--show takes no host');
});

test('showing and removing need no host', () => {
  expect(read(undefined, undefined, { show: true })).toEqual({ kind: 'show' });
  expect(read(undefined, undefined, { remove: true })).toEqual({ kind: 'remove' });
});

test('the check is left out where that was asked for', () => {
  expect(read('a.example.com', undefined, { skipCheck: true, dryRun: true })).toMatchObject({
    kind: 'dry-run',
    isUnchecked: true,
  });
});
