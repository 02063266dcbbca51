/**
 * Threat: who sits on the way between an app and this server reads a sync token out of a URL. Proves "`gms_` sync
 * token: refused over plain HTTP off loopback".
 */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { Audit } from '../../src/core/auth/audit.ts';
import { openControlDatabase } from '../../src/core/store/control-database.ts';
import { ComposedServer } from '../support/composed-server.ts';
import { makeTestKey } from '../support/proof.ts';

const origin = 'https://app.example';

let server: ComposedServer;
beforeEach(async () => {
  server = await ComposedServer.start();
});
afterEach(() => server[Symbol.asyncDispose]());

function upgradeWith(token: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  const url = `https://sync.example.com/?token=${token}`;
  return server.fetch(new Request(url, { headers: { upgrade: 'websocket', origin, ...headers } }));
}

const ways = [
  ['by a machine that is no proxy', '172.17.0.1', {}],
  ['by one that says it has TLS', '203.0.113.9', { 'x-forwarded-proto': 'https' }],
  ['by one that says it is this machine', '203.0.113.9', { 'x-forwarded-for': '127.0.0.1' }],
  ['by our proxy, which had it in clear', '127.0.0.1', { 'x-forwarded-proto': 'http' }],
] as const;

describe.each(ways)('brought %s', (_what, peer, headers) => {
  test('a sign-in is refused, readably for the page, and asks nobody', async () => {
    server.peer = peer;
    const answer = await server.signIn({ key: await makeTestKey(), origin, headers });
    expect(answer.status).toBe(403);
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
    expect(await answer.json()).toEqual({
      error: 'TlsRequired',
      message: expect.stringContaining('https://sync.example.com'),
    });
    expect(server.groundmist.core.access.list().approvals).toEqual([]);
  });

  test('a token opens no socket, and nothing that is written down holds it', async () => {
    const { token } = (await (await server.letIn({ origin })).json()) as { readonly token: string };
    server.peer = peer;
    const answer = await upgradeWith(token, headers);
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ error: 'TlsRequired' });
    const database = openControlDatabase(server.dataDirectory, []);
    const entry = new Audit(database).list(1)[0];
    database.close(true);
    expect(entry?.event).toBe('plain-http-refused');
    expect(entry?.details).toContain(peer);
    expect(entry?.details).not.toContain(token);
  });
});

test('what carries no token is answered all the same', async () => {
  server.peer = '172.17.0.1';
  for (const path of ['/', '/health', '/.well-known/did.json']) {
    expect((await server.fetch(new Request(`https://sync.example.com${path}`))).status).toBe(200);
  }
});

test('by a proxy that says that it has TLS, or says nothing, apps come in', async () => {
  for (const headers of [{ 'x-forwarded-proto': 'https' }, {}]) {
    expect((await server.letIn({ origin, headers })).status).toBe(200);
  }
});
