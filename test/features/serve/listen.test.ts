import { afterEach, beforeEach, expect, test } from 'bun:test';
import { listen, type Listening } from '../../../src/features/serve/listen.ts';
import { ComposedServer } from '../../support/composed-server.ts';
import { sayHttp } from '../../support/raw-http.ts';

let server: ComposedServer;
let listening: Listening;
let port: number;
beforeEach(async () => {
  server = await ComposedServer.start();
  const { dataDirectory } = server;
  listening = await listen(server.groundmist, { listen: '127.0.0.1', port: 0, dataDirectory });
  port = Number(new URL(listening.address).port);
});
afterEach(async () => {
  await listening.close();
  await server[Symbol.asyncDispose]();
});

/** The status and the rest of an answer to one request on a connection of its own. */
async function ask(start: string, headers: readonly string[], body = ''): Promise<readonly [number, string]> {
  const head = [start, ...headers, 'Connection: close'].join('\r\n');
  const answer = await sayHttp(port, `${head}\r\n\r\n${body}`);
  return [Number(answer.split(' ')[1]), answer];
}

test.each(['sync.example.com', 'localhost:3031', '127.0.0.1', '[::1]:1'])(
  'a request to %s is answered',
  async (host) => {
    const [status] = await ask('GET /health HTTP/1.1', [`Host: ${host}`]);
    expect(status).toBe(200);
  },
);

test.each(['evil.example', 'a b', '[::', 'localhost/authenticate?x', 'localhost@evil.example', ''])(
  'a request to "%s" is a 400 that repeats nothing, wherever it goes',
  async (host) => {
    for (const start of ['GET /?token=gms_secret HTTP/1.1', 'POST /authenticate HTTP/1.1']) {
      const [status, answer] = await ask(start, [`Host: ${host}`, 'Upgrade: websocket']);
      expect(status).toBe(400);
      expect(answer).toContain('"error":"InvalidRequest"');
      expect(answer).not.toContain('gms_secret');
      expect(answer).not.toContain('evil');
    }
  },
);

test('a request of HTTP/1.0 without a Host is a 400, not a failure of ours', async () => {
  const [status] = await ask('GET / HTTP/1.0', []);
  expect(status).toBe(400);
});

test('HEAD says what GET would, without a body', async () => {
  const [status, answer] = await ask('HEAD /health HTTP/1.1', ['Host: localhost']);
  expect(status).toBe(200);
  expect(answer).toEndWith('\r\n\r\n');
});

test.each(['Content-Length: 200000', 'Transfer-Encoding: chunked'])(
  'a body far too large (%s) is refused in a form that the page can read',
  async (framing) => {
    const isChunked = framing.startsWith('Transfer');
    const text = 'x'.repeat(200_000);
    const body = isChunked ? `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n` : text;
    const headers = ['Host: localhost', 'Origin: https://app.example', framing];
    const [status, answer] = await ask('POST /authenticate HTTP/1.1', headers, body);
    expect(status).toBe(413);
    expect(answer).toContain('Access-Control-Allow-Origin: https://app.example');
    expect(answer).toContain('"error":"PayloadTooLarge"');
  },
);

test.each([
  ['999.1.1.1', 'ConfigurationInvalid'],
  // It may be there in a moment, as one of DHCP or WireGuard.
  ['192.0.2.1', 'ServiceFailed'],
] as const)('an address that is none of this machine, %s, is called so, as %s', async (address, code) => {
  await using other = await ComposedServer.start();
  const { dataDirectory } = other;
  const opening = listen(other.groundmist, { listen: address, port, dataDirectory });
  const why: unknown = await opening.catch((error: unknown) => error);
  expect(why).toMatchObject({
    code,
    message: expect.stringContaining(`This machine cannot listen on ${address}, port ${port}`),
  });
});
