import { afterEach, describe, expect, setDefaultTimeout, test } from 'bun:test';
import type { RequestListener, ServerResponse } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createOutbound, type Fetch, type OutboundOptions } from '../../src/platform/outbound.ts';
import { OutboundError } from '../../src/platform/outbound-error.ts';
import { LoopbackServers } from '../support/loopback.ts';
import { rejectionOf } from '../support/rejection.ts';

setDefaultTimeout(60_000);

const certificates = `${import.meta.dir}/../support/certificates`;
const expired = await Bun.file(`${certificates}/expired.pem`).text();
const servers = new LoopbackServers({ cert: expired, key: await Bun.file(`${certificates}/key.pem`).text() });
const rawServers: Server[] = [];
afterEach(() => {
  servers.close();
  for (const server of rawServers.splice(0)) server.close();
});

type Place = { readonly fetch: Fetch; readonly url: string };

async function open(listener: RequestListener, options: Partial<OutboundOptions> = {}): Promise<Place> {
  return reach((await servers.http(listener)).port, options);
}

/** A server that says whatever bytes the test wants, to everybody. */
async function openRaw(
  speak: (socket: Socket) => void,
  options: Partial<OutboundOptions> = {},
): Promise<Place> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    speak(socket);
  });
  rawServers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return reach((server.address() as AddressInfo).port, options);
}

function reach(port: number, options: Partial<OutboundOptions>): Place {
  return {
    fetch: createOutbound({ privateHosts: [`127.0.0.1:${port}`], ...options }),
    url: `http://127.0.0.1:${port}/`,
  };
}

async function errorOf({ fetch, url }: Place): Promise<OutboundError> {
  const error = await rejectionOf(fetch(url));
  if (error instanceof OutboundError) return error;
  throw error;
}

/** Says this again and again, as fast as it is taken. */
function pour(target: Socket | ServerResponse, bytes: string | Uint8Array): void {
  while (!target.destroyed && target.write(bytes));
  target.once('drain', () => pour(target, bytes));
}

/** Says this every few milliseconds until nobody listens. */
function drip(target: Socket | ServerResponse, bytes: string): void {
  const timer = setInterval(() => target.write(bytes), 5);
  target.once('close', () => clearInterval(timer));
}

describe('time counts for the whole exchange, not from byte to byte', () => {
  test.each<[string, () => Promise<Place>]>([
    [
      'a header',
      () =>
        openRaw(
          (socket) => {
            socket.write('HTTP/1.1 200 OK\r\nX-Slow: ');
            drip(socket, 'x');
          },
          { timeoutMs: 100 },
        ),
    ],
    [
      'a line of headers after the other',
      () =>
        openRaw(
          (socket) => {
            socket.write('HTTP/1.1 200 OK\r\n');
            drip(socket, 'X-More: x\r\n');
          },
          { timeoutMs: 100 },
        ),
    ],
    [
      'answers before the answer',
      () => openRaw((socket) => drip(socket, 'HTTP/1.1 103 Early Hints\r\n\r\n'), { timeoutMs: 100 }),
    ],
    ['the body', () => open((_request, response) => drip(response, ' '), { timeoutMs: 100 })],
  ])('%s that drip', async (_what, opening) => {
    expect((await errorOf(await opening())).reason).toBe('slow');
  });

  test('and it is five seconds where nothing else is said', async () => {
    const { reason, message } = await errorOf(await open(() => {}));
    expect(reason).toBe('slow');
    expect(message).toEndWith('gave no complete answer within 5 s.');
  });
});

describe('size', () => {
  const limitBytes = 64 * 1024;

  test('is 64 KiB where nothing else is said, with a length or in chunks', async () => {
    const whole = await open((_request, response) => response.end(Buffer.alloc(limitBytes)));
    expect((await (await whole.fetch(whole.url)).bytes()).length).toBe(limitBytes);
    const long = await open((_request, response) => response.end(Buffer.alloc(limitBytes + 1)));
    expect((await errorOf(long)).reason).toBe('large');
    const endless = await open((_request, response) => pour(response, Buffer.alloc(1000)));
    expect((await errorOf(endless)).reason).toBe('large');
  });

  test.each(['gzip', 'deflate', 'br', 'zstd'])(
    'of an answer packed with %s is that of what came',
    async (coding) => {
      const packed = Bun.gzipSync(new Uint8Array(10_000_000));
      const { fetch, url } = await open((request, response) => {
        response.writeHead(200, {
          'content-encoding': coding,
          'x-asked': request.headers['accept-encoding'] ?? '',
        });
        response.end(packed);
      });
      const answer = await fetch(url, { headers: { 'accept-encoding': 'gzip, br' } });
      expect(answer.headers.get('x-asked')).toBe('identity');
      expect((await answer.bytes()).length).toBe(packed.length);
    },
  );

  test.each([
    ['one header', 'HTTP/1.1 200 OK\r\nX-Long: ', 'x'.repeat(1000)],
    ['headers', 'HTTP/1.1 200 OK\r\n', 'X-More: x\r\n'.repeat(100)],
  ])('of %s without end is bounded', async (_what, start, more) => {
    const place = await openRaw((socket) => {
      socket.write(start);
      pour(socket, more);
    });
    const { reason, message } = await errorOf(place);
    expect(reason).toBe('unreachable');
    expect(message).toContain('overflow');
  });
});

test.each([300, 301, 302, 303, 304, 307, 308])('a %d is not followed', async (status) => {
  const asked: string[] = [];
  const place = await open((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(status, { location: '/elsewhere' }).end();
  });
  expect((await errorOf(place)).reason).toBe('redirect');
  expect(asked).toEqual(['/']);
});

test('a certificate that has expired is refused, for a private host too', async () => {
  const { port, asked } = await servers.https((_request, response) => response.end('hello'));
  const fetch = createOutbound({
    privateHosts: [`pds.example.com:${port}`],
    certificateAuthority: expired,
    resolve: async () => [{ address: '127.0.0.1', family: 4 }],
  });
  const { reason, message } = await errorOf({ fetch, url: `https://pds.example.com:${port}/` });
  expect(reason).toBe('unreachable');
  expect(message).toContain('certificate has expired');
  expect(asked).toEqual([]);
});
