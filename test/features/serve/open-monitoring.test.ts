import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { Configuration } from '../../../src/configuration.ts';
import { Failure } from '../../../src/core/failure.ts';
import { openMonitoring } from '../../../src/features/serve/open-monitoring.ts';
import { ComposedServer } from '../../support/composed-server.ts';
import { freePort } from '../../support/free-port.ts';
import { sayHttp } from '../../support/raw-http.ts';
import { Served } from '../../support/served.ts';

describe('the listener of who watches the server', () => {
  let composed: ComposedServer;
  let port: number;
  let listener: Disposable | undefined;
  beforeEach(async () => {
    composed = await ComposedServer.start();
    port = await freePort();
    listener = openMonitoring(composed.groundmist, setTo(`127.0.0.1:${port}`));
  });
  afterEach(async () => {
    listener?.[Symbol.dispose]();
    await composed[Symbol.asyncDispose]();
  });

  /** The status and the rest of an answer to one request, byte for byte. */
  async function ask(start: string, ...headers: readonly string[]): Promise<readonly [number, string]> {
    const answer = await sayHttp(port, `${[`${start} HTTP/1.1`, ...headers].join('\r\n')}\r\n\r\n`);
    return [Number(answer.split(' ')[1]), answer];
  }

  test.each(['localhost:3032', '127.0.0.1', '[::1]:1'])('answers a request to %s', async (host) => {
    expect((await ask('GET /health', `Host: ${host}`))[0]).toBe(200);
  });

  test.each([
    'evil.example:3032',
    '127.0.0.1.evil.example',
    'localhost@evil.example',
    'intranet',
    '203.0.113.9',
    '',
  ])('tells nothing to a page whose name, "%s", was made to lead to loopback', async (host) => {
    for (const path of ['/health', '/ready', '/metrics']) {
      const [status, answer] = await ask(`GET ${path}`, `Host: ${host}`);
      expect(status).toBe(400);
      expect(answer).not.toContain('ready');
      expect(answer).not.toContain('groundmist_');
      expect(answer).not.toContain('evil');
    }
  });

  test('is no use to a page that asks across origins, and no cache keeps what it says', async () => {
    const [status, answer] = await ask('GET /ready', 'Host: localhost', 'Origin: https://evil.example');
    expect(status).toBe(200);
    const text = answer.toLowerCase();
    expect(text).not.toContain('access-control');
    for (const header of [
      'x-content-type-options: nosniff',
      'cross-origin-resource-policy: same-origin',
      'cache-control: no-store',
      'connection: close',
    ])
      expect(text).toContain(header);
  });

  test('gives each answer an id, whatever it says', async () => {
    const answers = [
      await ask('GET /metrics', 'Host: localhost'),
      await ask('GET /nowhere', 'Host: localhost'),
      await ask('POST /metrics', 'Host: localhost', 'Connection: close'),
      await ask('GET /metrics', 'Host: evil.example'),
    ];
    expect(answers.map(([status]) => status)).toEqual([200, 404, 405, 400]);
    const ids = answers.map(([, answer]) => /^x-request-id: ([0-9a-z]{6})\r$/im.exec(answer)?.[1]);
    expect(new Set(ids.filter(Boolean)).size).toBe(4);
  });

  test('answers HEAD as GET without a body, and no other method', async () => {
    const [status, answer] = await ask('HEAD /ready', 'Host: localhost');
    expect([status, answer.endsWith('\r\n\r\n')]).toEqual([200, true]);
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
      const [refused, why] = await ask(`${method} /ready`, 'Host: localhost', 'Connection: close');
      expect([refused, why.toLowerCase().includes('allow: get, head')]).toEqual([405, true]);
    }
  });

  test('has nothing that is for the network or the owner', async () => {
    for (const path of ['/', '/authenticate', '/.well-known/did.json', '/status', '/apps'])
      expect((await ask(`GET ${path}`, 'Host: localhost'))[0]).toBe(404);
  });

  test('has a name of a container for its own only where it is open to others', async () => {
    using open = openMonitoring(composed.groundmist, setTo(`0.0.0.0:${(port = await freePort())}`));
    expect(open).toBeDefined();
    for (const host of ['groundmist:3032', '203.0.113.9:3032', '127.0.0.1'])
      expect((await ask('GET /health', `Host: ${host}`))[0]).toBe(200);
    expect((await ask('GET /health', 'Host: evil.example'))[0]).toBe(400);
  });
});

describe('where its port is taken', () => {
  test('and nobody chose it, the server runs without', async () => {
    await using composed = await ComposedServer.start();
    using other = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response() });
    const { configuration } = setTo(`127.0.0.1:${other.port}`);
    // As if that were the default.
    const unset = { read: configuration.read.bind(configuration), sources: { flags: {}, environment: {} } };
    expect(openMonitoring(composed.groundmist, { configuration: unset })).toBeUndefined();
    expect(composed.groundmist.core.reports.read().warnings).toEqual([
      `The port ${other.port} of 127.0.0.1, where metrics are to be asked for, is taken by another program. Set GROUNDMIST_METRICS to another one, or to off. This server runs without.`,
    ]);
  });

  test('by the apps of the same server, that is said, and nobody else is blamed', async () => {
    await using composed = await ComposedServer.start();
    using apps = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response() });
    const open = () => openMonitoring(composed.groundmist, setTo(`127.0.0.1:${apps.port}`, apps.port));
    expect(open).toThrow(
      new RegExp(
        `^The port ${apps.port}, .* is the one for apps \\(PORT\\)\\. Set GROUNDMIST_METRICS to another`,
      ),
    );
  });

  test('a server to which that port was given refuses to start', async () => {
    await using composed = await ComposedServer.start();
    using other = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response() });
    const open = () => openMonitoring(composed.groundmist, setTo(`127.0.0.1:${other.port}`));
    expect(open).toThrow(Failure);
    expect(open).toThrow(/taken by another program\. Set GROUNDMIST_METRICS to another one, or to off\.$/);
  });

  test('an address that is none of this machine is refused', async () => {
    await using composed = await ComposedServer.start();
    expect(() => openMonitoring(composed.groundmist, setTo('192.0.2.1:1'))).toThrow(
      /no address of this machine/,
    );
  });

  test('off opens none', async () => {
    await using composed = await ComposedServer.start();
    expect(openMonitoring(composed.groundmist, setTo('off'))).toBeUndefined();
  });
});

test('what is no address with a port is refused before anything opens', () => {
  expect(() => openMonitoring(undefined as never, setTo('example.com:3032'))).toThrow(
    /GROUNDMIST_METRICS .*it is an address of this machine and a port/,
  );
});

test('who watches a server that stops hears so until it has ended', async () => {
  await using served = await Served.start({ environment: { GROUNDMIST_METRICS: '127.0.0.1:0' } });
  expect((await served.watch('/ready')).status).toBe(200);
  const { core } = served.composed.groundmist;
  let during: Promise<Response> | undefined;
  core.hubs.close = async () => {
    during = served.watch('/ready');
    await during;
  };
  await served.stop();
  const answer = (await during) ?? expect.unreachable();
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({
    reasons: ['The server is stopping; what it acknowledged is on disk.'],
  });
  expect(await served.watch('/ready').catch(() => 'nobody')).toBe('nobody');
});

function setTo(text: string, port = 3031) {
  const environment = { GROUNDMIST_METRICS: text, PORT: String(port) };
  return { configuration: new Configuration({ flags: {}, environment }) };
}
