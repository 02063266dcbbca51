import { expect, test } from 'bun:test';
import type { Arrival } from '../../../../src/features/doctor/arrival.ts';
import { lookAtClientAddress } from '../../../../src/features/doctor/reach/client-address.ts';
import { linesFor, programOf } from '../../../../src/features/doctor/reach/proxy-lines.ts';
import { judgeHost, judgeScheme } from '../../../../src/features/doctor/reach/proxy-way.ts';

const publicUrl = new URL('https://sync.example.com');
const proxy = { program: undefined, upstream: '127.0.0.1:3031' };
const arrival: Arrival = {
  way: 'http',
  host: 'sync.example.com',
  forwardedFor: '198.51.100.7',
  peer: '127.0.0.1',
  isPeerTrusted: true,
  address: '198.51.100.7',
  transport: 'sealed',
};

test.each([
  ['172.17.0.1', 'Add 172.17.0.1/32 to GROUNDMIST_TRUSTED_PROXIES'],
  ['8.8.8.8', 'over a private address'],
])(
  'requests in clear from %s are a problem with the setting that lets them in, where it may',
  (peer, cure) => {
    const finding = judgeScheme(
      { ...arrival, peer, isPeerTrusted: false, transport: 'clear' },
      publicUrl,
      proxy,
    );
    expect(finding).toMatchObject({ kind: 'problem', cure: expect.stringContaining(cure) });
  },
);

test('for a name of this machine a proxy may well say http', () => {
  const local = new URL('http://localhost:3031');
  expect(judgeScheme({ ...arrival, transport: 'clear-before-proxy' }, local, proxy)).toBeUndefined();
  expect(judgeScheme({ ...arrival, transport: 'clear-before-proxy' }, publicUrl, proxy)?.kind).toBe(
    'problem',
  );
});

test.each<[string | null, boolean]>([
  ['sync.example.com', true],
  ['SYNC.example.com:8443', true],
  ['127.0.0.1:3031', false],
  ['\u001b[2J', false],
  [null, false],
])('the Host %p is ours: %p', (host, isOurs) => {
  const finding = judgeHost({ ...arrival, host }, new URL('https://sync.example.com:8443'), proxy);
  expect(finding === undefined).toBe(isOurs);
});

const behindProxy = { hasOwnTls: false };

test.each<[string, Partial<Arrival>, 'ok' | 'warning' | 'problem']>([
  ['one proxy that says who asks', {}, 'ok'],
  ['a trusted chain', { forwardedFor: '198.51.100.7, 10.0.0.1' }, 'ok'],
  ['this machine through a proxy of its own', { forwardedFor: '127.0.0.1', address: '127.0.0.1' }, 'ok'],
  ['a proxy that says nonsense', { forwardedFor: 'unknown', address: '127.0.0.1' }, 'warning'],
  [
    'a proxy that says nothing',
    { forwardedFor: null, host: '127.0.0.1:3031', address: '127.0.0.1' },
    'warning',
  ],
  ['a proxy that nobody trusts', { isPeerTrusted: false, address: '127.0.0.1' }, 'warning'],
])('of the client address, %s is %s', (_what, changed, kind) => {
  const plain = { ...arrival, ...changed };
  expect(lookAtClientAddress({ plain, claiming: undefined, proxy }, publicUrl, behindProxy).kind).toBe(kind);
});

test('what a client claims counts only where the proxy wrote nothing behind it', () => {
  const believed = { ...arrival, forwardedFor: '203.0.113.77', address: '203.0.113.77' };
  const known = { ...arrival, forwardedFor: '203.0.113.77, 198.51.100.7' };
  expect(
    lookAtClientAddress({ plain: arrival, claiming: believed, proxy }, publicUrl, behindProxy).kind,
  ).toBe('problem');
  expect(lookAtClientAddress({ plain: arrival, claiming: known, proxy }, publicUrl, behindProxy).kind).toBe(
    'ok',
  );
});

test('for a name of this machine there may be nobody in between', () => {
  const plain = { ...arrival, forwardedFor: null, address: '127.0.0.1' };
  const local = new URL('http://localhost:3031');
  expect(lookAtClientAddress({ plain, claiming: plain, proxy }, local, behindProxy).kind).toBe('ok');
});

test.each([
  ['nginx/1.22.1', 'In nginx: proxy_set_header Host $host;'],
  ['Caddy', 'In Caddy: remove "header_up Host".'],
  ['Apache/2.4.57 (Debian)', 'In Apache: ProxyPreserveHost On'],
])('a proxy that calls itself %s gets its own lines, and no other', (name, expected) => {
  expect(linesFor('pass the name', { ...proxy, program: programOf(name) })).toBe(expected);
});

test.each([null, 'cloudflare', 'nginxish', ''])('one that calls itself %p gets those of all', (name) => {
  const lines = linesFor('pass the name', { ...proxy, program: programOf(name) });
  expect(lines.split('\n')).toHaveLength(3);
});

test('with TLS of its own this machine is no proxy that keeps quiet', () => {
  const plain = { ...arrival, forwardedFor: null };
  const found = lookAtClientAddress({ plain, claiming: undefined, proxy }, publicUrl, { hasOwnTls: true });
  expect(found).toMatchObject({ kind: 'ok', cause: expect.stringContaining('no proxy between') });
});
