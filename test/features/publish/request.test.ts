import { expect, test } from 'bun:test';
import { readRequest } from '../../../src/features/publish/request.ts';

type Options = Readonly<Record<string, boolean>>;

function read(host: string | undefined, configured: string | undefined, options: Options = {}) {
  return readRequest({ arguments: { host }, options }, configured);
}

test.each([
  ['sync.example.com', 'sync.example.com', 'https://sync.example.com/'],
  [undefined, 'sync.example.com', 'https://sync.example.com/'],
  ['Sync.Example.com', 'sync.example.com', 'https://sync.example.com/'],
  ['sync.example.com:443', 'sync.example.com', 'https://sync.example.com/'],
  ['sync.example.com:8443', 'sync.example.com:8443', 'https://sync.example.com:8443/'],
  ['localhost:3031', 'LOCALHOST:3031', 'http://localhost:3031/'],
])('%s for a server named %s is %s', (named, configured, url) => {
  const publicUrl = new URL(url);
  expect(read(named, configured)).toEqual({
    kind: 'write',
    publicUrl,
    isUnchecked: false,
    correctedFrom: undefined,
  });
});

test.each([
  ['https://sync.example.com', 'https://sync.example.com/'],
  ['https://sync.example.com/', 'https://sync.example.com/'],
  ['HTTPS://Sync.Example.com//', 'https://sync.example.com/'],
  ['sync.example.com/', 'https://sync.example.com/'],
  [' sync.example.com ', 'https://sync.example.com/'],
  ['https://sync.example.com:443/', 'https://sync.example.com/'],
])('"%s", as copied from a browser, is taken as the host in it, and that is said', (named, url) => {
  const { host } = new URL(url);
  expect(read(named, host)).toMatchObject({ publicUrl: new URL(url), correctedFrom: named });
});

test('http:// is taken for this machine', () => {
  const publicUrl = new URL('http://localhost:3031/');
  expect(read('http://localhost:3031/', 'localhost:3031')).toMatchObject({ publicUrl });
});

test.each([
  ['http://sync.example.com', 'https only'],
  ['wss://sync.example.com', 'no address of a web server'],
  ['https://https://sync.example.com', 'leave out the scheme'],
  ['sync.example.com/path', 'leave out the path'],
  ['https://sync.example.com/?token=x', 'leave out the path'],
  ['https://sync.example.com#top', 'leave out the path'],
  ['alice:secret@sync.example.com', 'leave out the user'],
  ['https://alice@sync.example.com/', 'leave out the user'],
  ['https://', 'it is empty'],
  ['', 'it is empty'],
  ['sync.example.com:0', 'the port "0"'],
  ['0x7f.1', 'write it as 127.0.0.1'],
  ['https:sync.example.com', 'leave out the scheme (https:)'],
  ['sync.example.com.', 'leave out the dot at its end'],
  ['https://sync.example.com.:8443/', 'leave out the dot at its end'],
  ['münchen.example', 'write it as xn--mnchen-3ya.example'],
  ['fe80::1', 'write it as [fe80::1]'],
])('"%s" is refused before anything is asked', (named, why) => {
  expect(() => read(named, 'sync.example.com')).toThrow(why);
});

test('a server that does not know its name would refuse its apps, so its name is not published', () => {
  expect(() => read(undefined, undefined)).toThrow('GROUNDMIST_HOST=sync.example.com');
  expect(() => read('https://my.example.com/', undefined)).toThrow('Set GROUNDMIST_HOST=my.example.com');
});

test('another host than the server has, and two wishes at once, are refused', () => {
  expect(() => read('a.example.com', 'b.example.com')).toThrow('is not the name of this server');
  expect(() => read(undefined, 'a.example.com', { show: true, remove: true })).toThrow('only one of');
  expect(() => read('a.example.com', undefined, { show: true })).toThrow('--show takes no host');
  expect(() => read(undefined, 'a.example.com', { oauth: true, passwordStdin: true })).toThrow('only one of');
});

test('to look needs no login and asks nothing, so what is for that is refused', () => {
  for (const option of ['oauth', 'passwordStdin', 'yes']) {
    expect(() => read(undefined, undefined, { show: true, [option]: true })).toThrow('--show only looks');
  }
});

test('showing and removing need no host', () => {
  expect(read(undefined, undefined, { show: true })).toEqual({ kind: 'show' });
  expect(read(undefined, undefined, { remove: true })).toEqual({ kind: 'remove' });
});

test('the check is left out where that was asked for', () => {
  expect(read('a.example.com', 'a.example.com', { skipCheck: true, dryRun: true })).toMatchObject({
    kind: 'dry-run',
    isUnchecked: true,
  });
});
