import { afterAll, beforeAll, expect, test } from 'bun:test';
import { openChallengePort, type ChallengePort } from '../../../src/features/serve/challenge-port.ts';
import { sayHttp } from '../../support/raw-http.ts';

const publicUrl = new URL('https://sync.example.com');
const answers = new Map([['token-1', 'token-1.thumbprint']]);

let port: ChallengePort;
beforeAll(() => {
  port = openChallengePort({ hostname: '127.0.0.1', port: 0 }, answers, publicUrl);
});
afterAll(() => port.close());

function ask(start: string, ...headers: readonly string[]): Promise<string> {
  return sayHttp(port.port, [start, ...headers, '', ''].join('\r\n'));
}

test('the proof of a challenge is given to whoever asks for its token, and no other', async () => {
  const path = '/.well-known/acme-challenge';
  const given = await ask(`GET ${path}/token-1 HTTP/1.1`, 'Host: sync.example.com');
  expect(given).toStartWith('HTTP/1.1 200');
  expect(given).toEndWith('\r\n\r\ntoken-1.thumbprint');
  for (const token of ['token-2', '', 'token-1/', '../acme-challenge/token-2', '%00']) {
    expect(await ask(`GET ${path}/${token} HTTP/1.1`, 'Host: sync.example.com')).not.toContain('thumbprint');
  }
});

test('a browser is led to https, without what stood in the query', async () => {
  const led = await ask('GET /health?token=gms_secret HTTP/1.1', 'Host: sync.example.com');
  expect(led).toStartWith('HTTP/1.1 308');
  expect(led).toMatch(/^location: https:\/\/sync\.example\.com\/health\r$/im);
  expect(led).toMatch(/^connection: close\r$/im);
  expect(led).not.toContain('gms_secret');
});

test.each([
  ['POST /authenticate HTTP/1.1', 'Content-Length: 0'],
  ['GET / HTTP/1.1', 'Authorization: Bearer secret'],
  ['GET /?token=gms_secret HTTP/1.1', 'Upgrade: websocket'],
])('%s with "%s" has travelled in the open and is refused', async (start, header) => {
  const refused = await ask(start, 'Host: sync.example.com', header);
  expect(refused).toStartWith('HTTP/1.1 403');
  expect(refused).not.toMatch(/location:|secret/i);
});

test.each(['evil.example', '127.0.0.1', 'sync.example.com.evil.example', 'a b', ''])(
  'a request to "%s" is led nowhere',
  async (host) => {
    const refused = await ask('GET //evil.example/ HTTP/1.1', `Host: ${host}`);
    expect(refused).toMatch(/^HTTP\/1\.1 4\d\d/);
    expect(refused).not.toMatch(/location|evil/i);
  },
);

test('a path that looks like another host stays a path of ours', async () => {
  const led = await ask('GET //evil.example/x HTTP/1.1', 'Host: sync.example.com');
  expect(led).toMatch(/^location: https:\/\/sync\.example\.com\/\/evil\.example\/x\r$/im);
});

test('a body is not taken', async () => {
  const headers = ['Host: sync.example.com', 'Content-Length: 100000', ''];
  expect(
    await sayHttp(port.port, `${['POST / HTTP/1.1', ...headers].join('\r\n')}\r\n${'x'.repeat(1000)}`),
  ).toMatch(/^HTTP\/1\.1 4/);
});
