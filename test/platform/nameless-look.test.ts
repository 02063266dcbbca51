import { expect, test } from 'bun:test';
import { nameHealth } from '../../src/platform/nameless-look.ts';

/** As Bun.serve gives a request without a Host. */
function namelessTo(url: string, init: RequestInit = {}): Request {
  return Object.defineProperty(new Request('http://localhost/', init), 'url', { value: url });
}

test('a look at /health needs no name; all else does, and whoever sends a name keeps it', () => {
  for (const method of ['GET', 'HEAD']) {
    const look = nameHealth(namelessTo('/health', { method }), 'https://sync.example.com:8443');
    expect([look.method, look.url]).toEqual([method, 'https://sync.example.com:8443/health']);
  }
  const others = [
    ...['/ready', '/health?', '/health/', '//evil.example/health', 'http://evil.example/health'].map((url) =>
      namelessTo(url),
    ),
    namelessTo('/health', { method: 'POST' }),
    namelessTo('/health', { headers: { host: '' } }),
    namelessTo('/health', { headers: { host: 'evil.example' } }),
  ];
  for (const request of others) expect(nameHealth(request, 'http://localhost')).toBe(request);
});
