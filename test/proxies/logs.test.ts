import { expect, setDefaultTimeout, test } from 'bun:test';
import http2 from 'node:http2';
import { connect } from 'node:net';
import { certificates } from '../features/doctor/reach/reach-world.ts';
import { eventually } from '../support/eventually.ts';
import { sayHttp } from '../support/raw-http.ts';
import { askRaw } from '../support/raw-request.ts';
import { caddyPath, nginxPath } from '../support/real-proxy.ts';
import { RawPeer } from '../support/raw-peer.ts';
import { name, Scene, startCaddy, startNginx, type Start } from './scene.ts';

setDefaultTimeout(60_000);

/*
 * docs/operations/proxy.md: no log of the proxy holds a token, whatever comes and however it ends. Tokens of these tests, good or not, begin with
 * `gms_`, and so does all else in their requests that a log might show.
 */

/** Under another name nobody has a token to lose: the server takes none, and the log may be another site's. */
const spellings = [name, 'Sync.Example.com', 'SYNC.EXAMPLE.COM:443', `${name}:1`, `${name}.`, `${name}.:443`];
const telling = [
  ['Referer', 'https://app.example/?token=gms_referer'],
  ['DPoP', 'gms_proof'],
  ['Authorization', 'DPoP gms_token'],
] as const;
const upgrade = [
  ['Upgrade', 'websocket'],
  ['Connection', 'Upgrade, close'],
  ['Sec-WebSocket-Version', '13'],
  ['Sec-WebSocket-Key', Buffer.alloc(16).toString('base64')],
] as const;

/** Everything of HTTP/1.1 that a stranger, an app or a scanner may say. */
async function sayMuch(way: number): Promise<void> {
  for (const host of spellings) {
    for (const more of [[], upgrade]) {
      const headers = [['Host', host], ...telling, ...more] as const;
      await askRaw(way, { start: 'GET /?token=gms_wrong', headers });
      await askRaw(way, { start: 'GET /nowhere?token=gms_wrong', headers });
    }
  }
  const headers = [['Host', name], ...telling] as const;
  const large = 'x'.repeat(2_000_000);
  await askRaw(way, { start: 'POST /authenticate?token=gms_large', headers, body: large });
  await askRaw(way, { start: 'GET /?token=gms_wide', headers: [...headers, ['X-Wide', 'x'.repeat(70_000)]] });
  for (const start of ['GET /?token=gms_%zz', 'TRACE /?token=gms_trace'])
    await askRaw(way, { start, headers });
  await sayHttp(way, `GET /?token=gms_cut HTTP/1.1\r\nHost: ${name}\r\nConnection: close\r\nBroken\r\n\r\n`);
  await leaveEarly(way);
}

/** What names no server that could be read: with TLS its name is known before. */
async function sayOddly(way: number): Promise<void> {
  const headers = [['Host', name], ...telling] as const;
  await askRaw(way, { start: 'GET /?token=gms_wrong', headers: [['Host', 'a b'], ...telling] });
  for (const start of [`GET /?token=gms_${'x'.repeat(70_000)}`, 'GET http://[/?token=gms_odd'])
    await askRaw(way, { start, headers });
}

/** An app that goes away before the answer. */
function leaveEarly(port: number): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      const head = [
        'POST /authenticate?token=gms_left HTTP/1.1',
        `Host: ${name}`,
        'Content-Length: 9',
        '',
        '{',
      ];
      socket.write(head.join('\r\n'), () => socket.destroy());
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve());
  });
}

/** The status of one request over HTTP/2; 0 where there was none. */
function askHttp2(port: number, authority: string, path: string): Promise<number> {
  return new Promise((resolve) => {
    const session = http2.connect(`https://127.0.0.1:${port}`, { ca: certificates.root, servername: name });
    session.on('error', () => resolve(0));
    const stream = session.request({ ':path': path, ':authority': authority });
    stream.on('response', ({ ':status': status }) => resolve(status ?? 0));
    stream.on('error', () => resolve(0));
    stream.on('close', () => session.close());
    stream.resume();
    stream.end();
  });
}

const proxies: readonly (readonly [string, string | null, Start])[] = [
  ['Caddy', caddyPath, startCaddy],
  ['nginx', nginxPath, startNginx],
];

for (const [program, path, start] of proxies) {
  test.skipIf(path === null)(
    `${program} writes no token into any log, also where the server is gone`,
    async () => {
      await using scene = await Scene.open(start);
      const { port, plainPort } = scene.ports;
      const url = await scene.admit();
      const peer = await RawPeer.join(url);
      expect(await askHttp2(port, name, '/health?token=gms_h2')).toBe(200);
      for (const round of ['with the server', 'without']) {
        for (const way of [await scene.way(), plainPort]) await sayMuch(way);
        await sayOddly(await scene.way());
        for (const host of ['Sync.Example.com', `${name}:443`, `${name}.`])
          await askHttp2(port, host, '/?token=gms_h2');
        await sayHttp(port, `GET /?token=gms_plain HTTP/1.1\r\nHost: ${name}\r\nConnection: close\r\n\r\n`);
        if (round !== 'without') await scene.stopServer();
      }
      expect((await scene.ask({ start: 'GET /?token=gms_gone', headers: [...telling] })).status).toBe(502);
      expect(await askHttp2(port, name, '/?token=gms_gone')).toBe(502);
      peer.close();
      expect(await askHttp2(port, 'other.example.com', '/seen')).toBe(200);
      await sayHttp(plainPort, 'GET /open HTTP/1.1\r\nHost: other.example.com\r\nConnection: close\r\n\r\n');
      await eventually('the sites beside it log', () => /\/seen[^]*\/open/.test(scene.proxy.logs()));
      expect(scene.proxy.logs()).not.toContain('gms_');
      expect(scene.proxy.logs()).not.toContain(new URL(url).searchParams.get('token') ?? '');
    },
  );
}
