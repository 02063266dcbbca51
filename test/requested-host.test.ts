import { expect, test } from 'bun:test';
import { namesUs } from '../src/requested-host.ts';

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
