import { expect, test } from 'bun:test';
import { nameHealth, namesUs } from '../src/requested-host.ts';

const publicUrl = new URL('https://sync.example.com:8443');

/** As Bun.serve gives a request: its URL begins with the Host header. */
function requestTo(url: string): Request {
  return Object.defineProperty(new Request('http://localhost/'), 'url', { value: url });
}

test.each([
  'http://sync.example.com/',
  'http://sync.example.com:8443/?token=gms_x',
  'http://SYNC.example.COM/',
  'http://localhost:3031/',
  'http://127.0.0.1:3031/',
  'http://127.1.2.3/',
  'http://[::1]:3031/',
])('%s names us', (url) => {
  expect(namesUs(requestTo(url), publicUrl)).toBe(true);
});

test.each([
  'http://evil.example/',
  'http://sync.example.com.evil.example/',
  'http://evil.sync.example.com/',
  'http://localhost.evil.example/',
  'http://127.0.0.1.evil.example/',
  'http://192.168.1.5:3031/',
  'http://0.0.0.0:3031/',
  'http://localhost@evil.example/',
  'http://[::/',
  '/',
  '',
])('"%s" does not', (url) => {
  expect(namesUs(requestTo(url), publicUrl)).toBe(false);
});

test('a look at /health needs no name; all else does, and whoever sends a name keeps it', () => {
  const look = nameHealth(requestTo('/health'), publicUrl);
  expect(namesUs(look, publicUrl)).toBe(true);
  for (const url of ['/ready', '/health?', '//evil.example/health', 'http://evil.example/health'])
    expect(namesUs(nameHealth(requestTo(url), publicUrl), publicUrl)).toBe(false);
  const emptyName = new Request('http://localhost/', { headers: { host: '' } });
  const named = Object.defineProperty(emptyName, 'url', { value: '/health' });
  expect(nameHealth(named, publicUrl)).toBe(named);
  const written = Object.defineProperty(new Request('http://localhost/', { method: 'POST' }), 'url', {
    value: '/health',
  });
  expect(nameHealth(written, publicUrl)).toBe(written);
});
