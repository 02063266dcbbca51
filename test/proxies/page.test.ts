import * as Automerge from '@automerge/automerge';
import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import { caddyfileText } from '../../src/features/init/caddyfile.ts';
import { ReachWorld, troubles } from '../features/doctor/reach/reach-world.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { makeTestKey } from '../support/proof.ts';
import { askRaw } from '../support/raw-request.ts';
import { RawPeer } from '../support/raw-peer.ts';
import { caddyPath, nginxPath } from '../support/real-proxy.ts';
import { connectStock, generations } from '../support/stock-client.ts';
import { newDocumentId } from '../support/sync-document.ts';
import { blockOf, name, Scene, startCaddy, startNginx, type Start } from './scene.ts';

setDefaultTimeout(60_000);

/* docs/operations/proxy.md: its blocks, as they stand there, in the real programs. */

test.if(process.env['CI'] === 'true')('Caddy and nginx are there, so that the page is tried in CI', () => {
  expect([caddyPath, nginxPath]).not.toContain(null);
});

test('the block for Caddy is the file that init writes', () => {
  const made = caddyfileText({ host: name, port: '3031', listen: '127.0.0.1' });
  expect(made).toEndWith(`\n${blockOf('caddyfile')}`);
});

const proxies: readonly (readonly [string, string | null, Start])[] = [
  ['Caddy', caddyPath, startCaddy],
  ['nginx', nginxPath, startNginx],
];

describe.each(proxies)('%s', (_name, path, start) => {
  test.skipIf(path === null)('leaves doctor nothing to complain of', async () => {
    const port = await freePort();
    await using world = await ReachWorld.start({ port });
    await using _ = await start({ port, plainPort: await freePort(), upstream: world.proxy.upstreamPort });
    expect(troubles(await world.findings())).toEqual(['dns warning']);
  });

  test.skipIf(path === null).each([...generations])(
    'carries stock clients of %s with large documents, over a reload of the proxy and a restart of the server',
    async (generation) => {
      await using scene = await Scene.open(start);
      const writer = connectStock(generation, await scene.admit());
      const reader = connectStock(generation, await scene.admit());
      await writer.ready();
      await reader.ready();
      const written = writer.create({
        bytes: crypto.getRandomValues(new Uint8Array(1_500_000)),
        seen: 'first',
      });
      const read = await reader.find(written.url);
      expect(read.content()).toEqual(written.content());
      await scene.proxy.reload();
      // A stock client of 1.2.1 throws what it writes into a socket that is about to close.
      expect((await scene.ask({ start: 'GET /health' })).status).toBe(200);
      written.change((content) => void (content['seen'] = 'after the reload'));
      await eventually('it arrives after the reload', () => read.content()['seen'] === 'after the reload');
      await scene.stopServer();
      await writer.alone();
      written.change((content) => void (content['seen'] = 'after the restart'));
      await scene.startServer();
      await eventually('it arrives after the restart', () => read.content()['seen'] === 'after the restart');
      writer.close();
      reader.close();
    },
  );

  test.skipIf(path === null)(
    'tells strangers apart, and believes nobody who says himself who he is',
    async () => {
      await using scene = await Scene.open(start);
      const { headers, body } = await scene.served.composed.makeSignIn({ key: await makeTestKey() });
      const asking = scene.ask({
        start: 'POST /authenticate',
        headers: [...headers, ['X-Forwarded-For', '203.0.113.77']],
        body,
        from: '127.0.0.2',
      });
      await scene.served.composed.nextApproval();
      const { access } = scene.served.composed.groundmist.core;
      expect(access.list().approvals.map(({ address }) => address)).toEqual(['127.0.0.2']);
      for (const { id } of access.list().approvals) access.approve(id, { permission: 'read' });
      expect((await asking).status).toBe(200);

      const statusFrom = async (from: string, count: number) => {
        const way = await scene.way(from);
        const ask = (n: number) =>
          askRaw(way, {
            start: 'POST /authenticate',
            headers: [['X-Forwarded-For', `198.51.100.${n}`]],
            body: '{}',
          });
        let status = 0;
        for (let n = 0; n < count; n++) ({ status } = await ask(n));
        return status;
      };
      expect(await statusFrom('127.0.0.2', 121)).toBe(429);
      expect(await statusFrom('127.0.0.3', 1)).toBe(400);
    },
  );
});

describe.each(proxies)('%s, asked without TLS', (_name, path, start) => {
  test.skipIf(path === null)('has the server refuse a token, and tell its owner', async () => {
    await using scene = await Scene.open(start);
    const headers = [['Host', name]] as const;
    const answer = await askRaw(scene.ports.plainPort, { start: 'POST /authenticate', headers, body: '{}' });
    expect(answer.status).toBe(403);
    expect(answer.body).toContain('TlsRequired');
    expect((await askRaw(scene.ports.plainPort, { start: 'GET /', headers })).status).toBe(200);
  });
});

test.skipIf(nginxPath === null)('a reload of nginx leaves open WebSockets alone', async () => {
  await using scene = await Scene.open(startNginx);
  const url = await scene.admit();
  const peer = await RawPeer.join(url);
  await scene.proxy.reload();
  const isReloaded = () => scene.proxy.logs().includes('gracefully shutting down');
  await eventually('the old worker ends what it need not keep', isReloaded);
  await (await RawPeer.join(url)).upload(newDocumentId(), Automerge.from({ by: 'the new worker' }));
  await peer.upload(newDocumentId(), Automerge.from({ by: 'the old one' }));
  expect(peer.isClosed).toBe(false);
  peer.close();
});

describe.skipIf(nginxPath === null)('nginx, told to end what is silent for two seconds', () => {
  test('keeps sockets whose server pings them, and ends one whose server does not', async () => {
    const mute = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      fetch: (request, server) => (server.upgrade(request) ? undefined : new Response()),
      websocket: { message() {} },
    });
    await using scene = await Scene.open(startNginx, (block) =>
      block
        .replace('proxy_read_timeout 90s;', 'proxy_read_timeout 2s; proxy_send_timeout 2s;')
        .replace('location / {', `location /mute { ${forwardTo(mute.port ?? 0)} }\n\tlocation / {`),
    );
    const pinged = await RawPeer.join(await scene.admit());
    const silent = await RawPeer.connect(`ws://127.0.0.1:${await scene.way()}/mute`);
    let looks = 0;
    await eventually('nginx ends the silent one', () => {
      // Now and then: a pong has to find its way back before the next ping.
      if (looks++ % 40 === 0) scene.served.composed.clock.advance(25_000);
      return silent.isClosed;
    });
    expect(pinged.isClosed).toBe(false);
    pinged.close();
    await mute.stop(true);
  });
});

function forwardTo(port: number): string {
  return `proxy_pass http://127.0.0.1:${port}; proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection "upgrade"; proxy_read_timeout 2s;`;
}
