import { expect, test } from 'bun:test';
import { parseNamespace } from '../../../src/core/lexicon/namespace.ts';
import type { SocketServer } from '../../../src/groundmist.ts';
import { ComposedServer } from '../../support/composed-server.ts';

const namespace = parseNamespace('xyz.groundmist.library');

/** A Bun server that takes no handshake. */
const deaf: Pick<SocketServer, 'requestIP' | 'timeout' | 'upgrade'> = {
  requestIP: () => ({ address: '127.0.0.1', port: 1, family: 'IPv4' }),
  timeout: () => {},
  upgrade: () => false,
};

async function upgradeWith(server: ComposedServer, syncToken: string): Promise<Response | undefined> {
  const request = new Request(`https://sync.example.com/?token=${syncToken}`, {
    headers: { upgrade: 'websocket' },
  });
  return server.groundmist.fetch(request, deaf as SocketServer);
}

async function letIn(server: ComposedServer): Promise<string> {
  const response = await server.letIn();
  const { token } = (await response.json()) as { token: string };
  return token;
}

test('a handshake that is none leaves nothing behind', async () => {
  await using server = await ComposedServer.start();
  const token = await letIn(server);
  expect((await upgradeWith(server, token))?.status).toBe(400);
  const hub = await server.groundmist.core.hubs.open(namespace);
  expect(hub.counts.sockets).toBe(0);
});
