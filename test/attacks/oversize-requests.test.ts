import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { eventually } from '../support/eventually.ts';
import { makeTestKey } from '../support/proof.ts';
import { headOf } from '../support/raw-request.ts';
import { RawPeer } from '../support/raw-peer.ts';
import { Served } from '../support/served.ts';
import { SlowConnection } from '../support/slow-connection.ts';

setDefaultTimeout(60_000);

/*
 * Threat: a request so large, or one that grows so much when it is read, that the memory of the server is full.
 * Proves SECURITY.md "requests and frames that are too large" and docs/protocol.md, When it is a no, 413, and Limits.
 */

let served: Served;
beforeEach(async () => {
  served = await Served.start();
});
afterEach(() => served[Symbol.asyncDispose]());

const kibibyte = 1024;
const post = 'POST /authenticate';

describe('a body', () => {
  test('over 16 KiB is a 413 that a page can read; one of 16 KiB is read', async () => {
    const headers = [['Origin', 'https://app.example']] as const;
    const exact = await served.ask({ start: post, headers, body: ' '.repeat(16 * kibibyte) });
    expect(exact.status).toBe(400);
    const large = await served.ask({ start: post, headers, body: ' '.repeat(16 * kibibyte + 1) });
    expect(large.status).toBe(413);
    expect(large.header('access-control-allow-origin')).toBe('https://app.example');
    expect(JSON.parse(large.body)).toMatchObject({ error: 'PayloadTooLarge' });
  });

  test('announced as huge is refused before it is sent', async () => {
    for (const length of ['1048577', '99999999999', '9'.repeat(30), '-1', '1e9']) {
      const { status, body } = await served.ask({ start: post, headers: [['Content-Length', length]] });
      expect([400, 413]).toContain(status);
      expect(body).toBe('');
    }
  });

  test('of chunks that never end is cut off', async () => {
    const headers = [['Transfer-Encoding', 'chunked']] as const;
    using connection = await SlowConnection.open(served.port, headOf({ start: post, headers }));
    await eventually('it is closed', () => {
      for (let count = 0; count < 16; count++) connection.say(`400\r\n${' '.repeat(kibibyte)}\r\n`);
      return connection.isClosed;
    });
    expect(connection.status).toBe(413);
  });

  test('that would inflate is not inflated', async () => {
    const body = Bun.gzipSync(new Uint8Array(10_000_000).fill(0x20));
    const headers = [['Content-Encoding', 'gzip']] as const;
    const { status, text } = await served.ask({
      start: post,
      headers,
      body: body.subarray(0, 15 * kibibyte),
    });
    expect(status).toBe(400);
    expect(text).toContain('The body is not JSON.');
  });

  test('with two lengths, or a length and chunks, is refused: a proxy may see another end', async () => {
    const pairs = [
      [
        ['Content-Length', '2'],
        ['Content-Length', '3'],
      ],
      [
        ['Content-Length', '2'],
        ['Transfer-Encoding', 'chunked'],
      ],
    ] as const;
    for (const headers of pairs) {
      const { status } = await served.ask({ start: post, headers, body: '{}' });
      expect(status).toBe(400);
    }
  });
});

describe('a head', () => {
  test.each([
    ['one long header', 'GET /', [['X-Long', 'x'.repeat(17 * kibibyte)]]],
    ['a long address', `GET /${'x'.repeat(17 * kibibyte)}`, []],
    ['a thousand headers', 'GET /', Array.from({ length: 1000 }, (_, index) => [`X-${index}`, 'x'] as const)],
  ] as const)('with %s is an empty 431', async (_what, start, headers) => {
    const { status, body } = await served.ask({ start, headers });
    expect({ status, body }).toEqual({ status: 431, body: '' });
  });

  test('that never ends is cut off', async () => {
    using connection = await SlowConnection.open(served.port, 'GET / HTTP/1.1\r\nHost: localhost\r\n');
    await eventually('it is closed', () => {
      for (let count = 0; count < 16; count++) connection.say(`X-More: ${'x'.repeat(kibibyte)}\r\n`);
      return connection.isClosed;
    });
    // What is still on its way to a closed socket resets it (RFC 9293 §3.10.7.1), and that may overtake the answer.
    expect([431, 0]).toContain(connection.status);
  });

  test.each([
    ['Origin', 301, 400],
    ['Authorization', 9000, 403],
    ['DPoP', 12_000, 401],
  ])('with a %s of %d characters is refused', async (name, length, expected) => {
    const key = await makeTestKey();
    const headers = { [name.toLowerCase()]: `Bearer ${'x'.repeat(length)}` };
    expect((await served.signIn({ key, headers })).status).toBe(expected);
  });
});

describe('a WebSocket', () => {
  test('takes 4 KiB before it has joined', async () => {
    const peer = await RawPeer.connect(await served.admit());
    peer.sendBytes(new Uint8Array(4 * kibibyte + 1));
    expect(await peer.closing()).toEqual({ code: 1009, reason: 'a frame may have 4096 bytes here' });
  });

  test('takes 32 MiB after that', async () => {
    const peer = await RawPeer.join(await served.admit());
    peer.sendBytes(new Uint8Array(32 * kibibyte * kibibyte + 1));
    // Bun hangs up without a close frame (1006): it does not read so far as to answer.
    expect([1006, 1009]).toContain((await peer.closing()).code);
    expect((await served.ask({ start: 'GET /health' })).status).toBe(200);
  });

  test('agrees to no compression, so that a frame is as large as it looks', async () => {
    const target = (await served.admit()).replace(/^ws:\/\/[^/]*/, '');
    const headers = [
      ['Upgrade', 'websocket'],
      ['Connection', 'Upgrade'],
      ['Sec-WebSocket-Key', Buffer.alloc(16).toString('base64')],
      ['Sec-WebSocket-Version', '13'],
      ['Sec-WebSocket-Extensions', 'permessage-deflate; client_max_window_bits'],
    ] as const;
    using connection = await SlowConnection.open(served.port, headOf({ start: `GET ${target}`, headers }));
    await eventually('it is answered', () => connection.heard.includes('\r\n\r\n'));
    expect(connection.status).toBe(101);
    expect(connection.heard.toLowerCase()).not.toContain('sec-websocket-extensions');
  });
});
