import { afterEach, describe, expect, test } from 'bun:test';
import type { RequestListener, ServerResponse } from 'node:http';
import { createOutbound, type Fetch, type OutboundOptions } from '../../src/platform/outbound.ts';
import { OutboundError } from '../../src/platform/outbound-error.ts';
import type { Resolve } from '../../src/platform/outbound-target.ts';
import { LoopbackServers } from '../support/loopback.ts';
import { rejectionOf } from '../support/rejection.ts';

const certificates = `${import.meta.dir}/../support/certificates`;
const certificateAuthority = await Bun.file(`${certificates}/cert.pem`).text();
const certificate = { cert: certificateAuthority, key: await Bun.file(`${certificates}/key.pem`).text() };

const servers = new LoopbackServers(certificate);
afterEach(() => servers.close());

const resolveTo =
  (...addresses: string[]): Resolve =>
  async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

function outbound(options: Partial<OutboundOptions> = {}): Fetch {
  return createOutbound({ privateHosts: [], certificateAuthority, ...options });
}

async function reasonOf(promise: Promise<unknown>): Promise<string> {
  const error = await rejectionOf(promise);
  return error instanceof OutboundError ? error.reason : String(error);
}

const hello: RequestListener = (_request, response) => response.end('hello');

describe('what is never asked', () => {
  test.each([
    ['http', 'http://pds.example.com/'],
    ['another scheme', 'ftp://pds.example.com/'],
    ['a file', 'file:///etc/passwd'],
    ['data', 'data:text/plain,x'],
    ['a WebSocket', 'wss://pds.example.com/'],
    ['credentials', 'https://alice:secret@pds.example.com/'],
    ['an IPv4 address', 'https://1.1.1.1/'],
    ['an IPv4 address in disguise', 'https://0x7f.1/'],
    ['an IPv4 address as a number', 'https://2130706433/'],
    ['an IPv4 address in octal', 'https://0177.0.0.1/'],
    ['an IPv4 address in wide digits', 'https://１２７.０.０.１/'],
    ['an IPv4 address in percent signs', 'https://%31%32%37.0.0.1/'],
    ['an IPv4 address with the dot of the root', 'https://127.0.0.1./'],
    ['an IPv6 address', 'https://[2606:4700::1111]/'],
    ['a mapped IPv4 address', 'https://[::ffff:127.0.0.1]/'],
    ['a single label', 'https://localhost/'],
    ['a single label with the dot of the root', 'https://localhost./'],
    ['something that is no URL', 'pds.example.com'],
  ])('%s', async (_what, url) => {
    const fetch = outbound({ resolve: resolveTo('1.1.1.1') });
    expect(await reasonOf(fetch(url))).toBe('forbidden');
  });

  test.each([
    ['loopback', ['127.0.0.1']],
    ['a private network', ['10.1.2.3']],
    ['the cloud’s metadata address', ['169.254.169.254']],
    ['IPv6 loopback', ['::1']],
    ['a mapped loopback address', ['::ffff:127.0.0.1']],
    ['a compatible loopback address', ['::127.0.0.1']],
    ['6to4', ['2002:7f00:1::']],
    ['NAT64', ['64:ff9b::7f00:1']],
    ['NAT64 of one network', ['64:ff9b:1::7f00:1']],
    ['Teredo', ['2001:0:7f00:1:8000:63bf:80ff:fffe']],
    ['a public and a private address of the other family', ['1.1.1.1', '::1']],
    ['a public and a private address', ['1.1.1.1', '192.168.0.1']],
    ['something that is no address', ['elsewhere']],
  ])('a name that leads to %s', async (_what, addresses) => {
    const { port, asked } = await servers.https(hello);
    const fetch = outbound({ resolve: resolveTo(...addresses) });
    expect(await reasonOf(fetch(`https://pds.example.com:${port}/`))).toBe('forbidden');
    expect(asked).toEqual([]);
  });

  test('credentials are not repeated in the message', async () => {
    const error = await rejectionOf(outbound()('https://alice:secret@pds.example.com/'));
    expect(error.message).not.toContain('secret');
  });
});

describe('a private host', () => {
  test('is reached over http on loopback, by name or address', async () => {
    const { port, asked } = await servers.http(hello);
    const fetch = outbound({ privateHosts: [`127.0.0.1:${port}`, `LOCALHOST:${port}`] });
    expect(await (await fetch(`http://127.0.0.1:${port}/a`)).text()).toBe('hello');
    expect(await (await fetch(new Request(`http://localhost:${port}/b`))).text()).toBe('hello');
    expect(asked).toEqual([`GET 127.0.0.1:${port} /a`, `GET localhost:${port} /b`]);
  });

  test('lifts the rules for that exact host and port only', async () => {
    const { port, asked } = await servers.http(hello);
    const other = await servers.http(hello);
    const fetch = outbound({ privateHosts: [`127.0.0.1:${port}`, 'localhost'] });
    expect(await reasonOf(fetch(`http://127.0.0.1:${other.port}/`))).toBe('forbidden');
    expect(await reasonOf(fetch(`http://localhost:${port}/`))).toBe('forbidden');
    expect(await reasonOf(fetch(`http://127.0.0.2:${port}/`))).toBe('forbidden');
    expect(await reasonOf(fetch(`http://alice:secret@127.0.0.1:${port}/`))).toBe('forbidden');
    expect([...asked, ...other.asked]).toEqual([]);
  });

  test('without a port means the port of the scheme, 443 for https', async () => {
    const fetch = outbound({ privateHosts: ['pds.example.com'], resolve: resolveTo() });
    expect(await reasonOf(fetch('https://pds.example.com/'))).toBe('unreachable');
    const forbidden = outbound({ privateHosts: ['pds.example.com'], resolve: resolveTo('127.0.0.1') });
    expect(await reasonOf(forbidden('https://pds.example.com:8443/'))).toBe('forbidden');
  });

  test('is not reached over http when it is on another machine', async () => {
    const fetch = outbound({
      privateHosts: ['pds.home.lan'],
      resolve: resolveTo('127.0.0.1', '192.168.0.9'),
    });
    expect(await reasonOf(fetch('http://pds.home.lan/'))).toBe('forbidden');
  });
});

describe('TLS', () => {
  test('goes to the address that was checked, with the name of the URL', async () => {
    const { port, asked } = await servers.https(hello);
    const names: string[] = [];
    const resolve: Resolve = (name) => {
      names.push(name);
      return resolveTo('127.0.0.1')(name);
    };
    const fetch = outbound({ privateHosts: [`pds.example.com:${port}`], resolve });
    expect(await (await fetch(`https://pds.example.com:${port}/x?y=1`)).text()).toBe('hello');
    expect(asked).toEqual([`GET pds.example.com:${port} /x?y=1`]);
    expect(names).toEqual(['pds.example.com']);
  });

  test('a certificate for another name, or from an unknown authority, is refused', async () => {
    const { port, asked } = await servers.https(hello);
    const privateHosts = [`pds.example.com:${port}`, `other.example.com:${port}`];
    const resolve = resolveTo('127.0.0.1');
    const wrongName = outbound({ privateHosts, resolve })(`https://other.example.com:${port}/`);
    expect(await reasonOf(wrongName)).toBe('unreachable');
    const system = createOutbound({ privateHosts, resolve });
    expect(await reasonOf(system(`https://pds.example.com:${port}/`))).toBe('unreachable');
    expect(asked).toEqual([]);
  });
});

describe('rebinding', () => {
  test('a name is resolved once a request, so a later answer leads nowhere', async () => {
    const { port, asked } = await servers.https(hello);
    const answers = [['1.1.1.1', '127.0.0.1'], ['127.0.0.1']];
    const fetch = outbound({ resolve: (name) => resolveTo(...(answers.shift() ?? []))(name) });
    expect(await reasonOf(fetch(`https://pds.example.com:${port}/`))).toBe('forbidden');
    expect(await reasonOf(fetch(`https://pds.example.com:${port}/`))).toBe('forbidden');
    expect(answers).toEqual([]);
    expect(asked).toEqual([]);
  });
});

async function open(listener: RequestListener, options: Partial<OutboundOptions> = {}) {
  const { port, asked } = await servers.http(listener);
  const privateHosts = [`127.0.0.1:${port}`];
  return { fetch: outbound({ privateHosts, ...options }), url: `http://127.0.0.1:${port}/`, asked };
}

describe('the exchange', () => {
  test('carries method, headers and body, and gives status, headers and body back', async () => {
    const { fetch, url } = await open((request, response) => {
      const { method, headers: sent } = request;
      response.writeHead(418, { 'x-one': ['1', '2'] });
      request.once('data', (chunk) => response.end(JSON.stringify({ method, sent, body: String(chunk) })));
    });
    const headers = { 'content-type': 'text/x', authorization: 'Bearer x' };
    const answer = await fetch(url, { method: 'POST', headers, body: 'hällo' });
    expect(answer.status).toBe(418);
    expect(answer.headers.get('x-one')).toBe('1, 2');
    expect(await answer.json()).toMatchObject({
      method: 'POST',
      body: 'hällo',
      sent: { ...headers, 'content-length': '6' },
    });
  });

  test('an answer without a body is an answer', async () => {
    const { fetch, url } = await open((_request, response) => response.writeHead(204).end());
    expect((await fetch(url)).status).toBe(204);
  });

  test('a redirect is an error and not followed', async () => {
    const { fetch, url, asked } = await open((_request, response) => {
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    const location = new URL('/elsewhere', url);
    expect(await rejectionOf(fetch(url))).toMatchObject({ reason: 'redirect', location });
    expect(asked.length).toBe(1);
  });

  test.each([
    ['that never begins', () => {}],
    ['that never ends', (_request: unknown, response: ServerResponse) => response.write('x')],
  ])('an answer %s is given up', async (_what, listener) => {
    const { fetch, url } = await open(listener, { timeoutMs: 50 });
    expect(await reasonOf(fetch(url))).toBe('slow');
  });

  test('a name that is never resolved is given up', async () => {
    const fetch = outbound({ timeoutMs: 50, resolve: () => new Promise(() => {}) });
    expect(await reasonOf(fetch('https://pds.example.com/'))).toBe('slow');
  });

  test('the caller may give up first', async () => {
    const { fetch, url } = await open(() => {});
    const controller = new AbortController();
    const answer = fetch(url, { signal: controller.signal });
    controller.abort(new Error('enough'));
    expect((await rejectionOf(answer)).message).toBe('enough');
  });

  test('an answer larger than the limit is refused, announced or not', async () => {
    const exact = await open((_request, response) => response.end(Buffer.alloc(1000)), { limitBytes: 1000 });
    expect((await (await exact.fetch(exact.url)).bytes()).length).toBe(1000);
    const announced = await open((_request, response) => response.end(Buffer.alloc(1001)), {
      limitBytes: 1000,
    });
    expect(await reasonOf(announced.fetch(announced.url))).toBe('large');
    const endless = await open((_request, response) => pour(response), { limitBytes: 1000 });
    expect(await reasonOf(endless.fetch(endless.url))).toBe('large');
  });

  test('a compressed answer is not unpacked', async () => {
    const packed = Bun.gzipSync(new Uint8Array(100_000));
    const { fetch, url } = await open((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed);
    });
    expect((await (await fetch(url)).bytes()).length).toBe(packed.length);
  });

  test('an answer that breaks off is an error', async () => {
    const { fetch, url } = await open((request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('x', () => request.socket.destroy());
    });
    expect(await reasonOf(fetch(url))).toBe('unreachable');
  });

  test('a closed port is a sentence', async () => {
    const { fetch, url } = await open(hello);
    servers.close();
    const error = await rejectionOf(fetch(url));
    expect(error.message).toStartWith(`${new URL(url).host} could not be reached: `);
  });
});

function pour(response: ServerResponse): void {
  while (response.write(Buffer.alloc(512)));
  response.once('drain', () => pour(response));
}
