import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { makeTestKey } from '../support/proof.ts';
import { Served } from '../support/served.ts';

/*
 * Threat: a web page lets its own name lead to 127.0.0.1 and so speaks to the server of whoever opens it, past the
 * same-origin policy. Proves SECURITY.md "a page that rebinds DNS to reach us on loopback", and docs/protocol.md,
 * Find the server: "Every request must name that host, or this machine, in `Host`; any other is a 400."
 */
describe('a page that rebinds DNS to loopback', () => {
  let served: Served;
  beforeEach(async () => {
    served = await Served.start();
  });
  afterEach(() => served[Symbol.asyncDispose]());

  const upgrade = [
    ['Upgrade', 'websocket'],
    ['Connection', 'Upgrade, close'],
    ['Sec-WebSocket-Key', Buffer.alloc(16).toString('base64')],
    ['Sec-WebSocket-Version', '13'],
  ] as const;

  const starts = [
    'GET /',
    'GET /health',
    'GET /.well-known/did.json',
    'GET /pair/code',
    'OPTIONS /authenticate',
    'POST /authenticate',
    'DELETE /nowhere',
  ];

  function headersOf(host: string): [string, string][] {
    return [
      ['Host', host],
      ['Origin', `http://${host}`],
    ];
  }

  test.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'sync.example.com.evil.example',
  ])('(%s) gets the same 400 wherever it asks, and no nonce, token or permission with it', async (name) => {
    const host = `${name}:${served.port}`;
    const answers = await Promise.all(
      starts.map((start) => served.ask({ start, headers: headersOf(host), body: '{}' })),
    );
    for (const { status, body, header, text } of answers) {
      expect(status).toBe(400);
      expect(JSON.parse(body)).toMatchObject({ error: 'InvalidRequest' });
      expect(header('dpop-nonce')).toBeUndefined();
      expect(header('access-control-allow-origin')).toBeUndefined();
      expect(text).not.toContain('evil');
    }
  });

  test('opens no WebSocket, also with a token that is good', async () => {
    const target = (await served.admit()).replace(/^ws:\/\/[^/]*/, '');
    const ask = (host: string) =>
      served.ask({ start: `GET ${target}`, headers: [['Host', host], ...upgrade] });
    expect((await ask(`evil.example:${served.port}`)).status).toBe(400);
    const socket = new WebSocket(`ws://127.0.0.1:${served.port}${target}`);
    expect(await new Promise((resolve) => socket.addEventListener('open', ({ type }) => resolve(type)))).toBe(
      'open',
    );
    socket.close();
  });

  test('signs in nobody, also with a proof and a service token that are good', async () => {
    const asked = { key: await makeTestKey(), headers: { host: `evil.example:${served.port}` } };
    expect((await served.signIn(asked)).status).toBe(400);
    expect(served.composed.groundmist.core.access.list().approvals).toEqual([]);
  });

  test.each([
    [
      'another header for the host',
      'GET /health',
      [
        ['Host', 'evil.example'],
        ['X-Forwarded-Host', 'localhost'],
      ],
    ],
    [
      'the host in the Forwarded header',
      'GET /health',
      [
        ['Host', 'evil.example'],
        ['Forwarded', 'host=localhost'],
      ],
    ],
    [
      'two hosts',
      'GET /health',
      [
        ['Host', 'localhost'],
        ['Host', 'evil.example'],
      ],
    ],
    [
      'two hosts, ours last',
      'GET /health',
      [
        ['Host', 'evil.example'],
        ['Host', 'localhost'],
      ],
    ],
    ['our host in front of an at sign', 'GET /health', [['Host', 'localhost@evil.example']]],
  ] as const)('is not believed for %s', async (_what, start, headers) => {
    expect((await served.ask({ start, headers })).status).toBe(400);
  });

  test('is told from whoever names us', async () => {
    const names = ['sync.example.com', 'SYNC.example.com:443', 'localhost:1', '127.0.0.1', '[::1]'];
    const asked = names.map((host) => served.ask({ start: 'GET /health', headers: [['Host', host]] }));
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual(names.map(() => 200));
  });
});
