import { expect, test } from 'bun:test';
import { ComposedServer } from '../../support/composed-server.ts';
import { makeTestKey } from '../../support/proof.ts';

test.each<[string, () => Response]>([
  ['is not known', () => new Response('', { status: 404 })],
  ['was given up', () => new Response('', { status: 410 })],
  ['cannot be had', () => new Response('', { status: 503 })],
  ['is elsewhere', () => new Response('', { status: 302, headers: { location: 'https://example.com' } })],
  ['is a page', () => new Response('<!doctype html>')],
  ['is that of another', () => Response.json({ id: 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa' })],
])('an app hears the same of an owner whose DID document %s', async (_what, answer) => {
  using directory = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: answer });
  await using server = await ComposedServer.start({
    environment: { GROUNDMIST_PLC_URL: directory.url.href, GROUNDMIST_PRIVATE_HOSTS: directory.url.host },
  });
  const refused = await server.signIn({ key: await makeTestKey() });
  expect(refused.status).toBe(503);
  expect(refused.headers.has('retry-after')).toBe(true);
  expect(await refused.json()).toEqual({
    error: 'IdentityUnresolved',
    message: `The DID document of ${server.owner.did} cannot be had at the moment; try again in a minute.`,
    requestId: refused.headers.get('x-request-id'),
  });
});
