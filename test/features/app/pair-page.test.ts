import { expect, test } from 'bun:test';
import { pairingAnswer, type ShownPairing } from '../../../src/features/app/pairing-controls.ts';
import { ComposedServer } from '../../support/composed-server.ts';
import { makeTestKey } from '../../support/proof.ts';

/** What the proxy on this machine says of the device. */
const device = '203.0.113.9';
const forwarded = { 'x-forwarded-for': device };

/** What `groundmist app pair` asks, without the socket. */
async function control(server: ComposedServer, path: string, body: unknown): Promise<ShownPairing | null> {
  const request = new Request(`http://localhost${path}`, { method: 'POST', body: JSON.stringify(body) });
  return pairingAnswer.parse(await (await server.groundmist.control(request)).json()).pairing;
}

async function begin(server: ComposedServer): Promise<ShownPairing> {
  const pairing = await control(server, '/pairing', { namespace: null });
  if (pairing === null) throw new Error('it did not begin');
  return pairing;
}

async function textAndHeaders(response: Response) {
  const { date: _date, 'x-request-id': _id, ...headers } = Object.fromEntries(response.headers);
  return { status: response.status, headers, text: await response.text() };
}

test('the page is friendly, and does nothing and is kept nowhere', async () => {
  await using server = await ComposedServer.start();
  const { link } = await begin(server);
  expect(link).toMatch(/^https:\/\/sync\.example\.com\/pair\/[A-Za-z0-9_-]{32}$/);
  const { status, headers, text } = await textAndHeaders(
    await server.fetch(new Request(link, { headers: forwarded })),
  );
  expect(status).toBe(200);
  expect(headers).toMatchObject({
    'content-security-policy': expect.stringContaining("default-src 'none'"),
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
  });
  expect(text).toContain('This device may ask now');
  expect(text).not.toContain('<script');
});

test('a wrong code, a code of before and any code while nobody pairs answer the same', async () => {
  await using server = await ComposedServer.start();
  const wrong = `https://sync.example.com/pair/${'A'.repeat(32)}`;
  const quiet = await textAndHeaders(await server.fetch(new Request(wrong)));
  const { id, link } = await begin(server);
  expect(quiet.status).toBe(404);
  expect(await textAndHeaders(await server.fetch(new Request(wrong)))).toEqual(quiet);
  await control(server, '/pairing/end', { id });
  expect(await textAndHeaders(await server.fetch(new Request(link, { headers: forwarded })))).toEqual(quiet);
});

test.each([
  ['a HEAD request', { method: 'HEAD' }],
  ['a prefetch', { headers: { 'sec-purpose': 'prefetch;prerender' } }],
])('%s does not use the link up', async (_name, init) => {
  await using server = await ComposedServer.start();
  const pairing = await begin(server);
  await server.fetch(new Request(pairing.link, init));
  expect(await control(server, '/pairing/next', { ...pairing, version: 0 })).toMatchObject({ address: null });
  expect((await server.fetch(new Request(pairing.link, { headers: forwarded }))).status).toBe(200);
});

test('an app whose PDS vouches for nothing is let in while the owner pairs, and by no other way', async () => {
  await using server = await ComposedServer.start();
  const key = await makeTestKey();
  const signIn = async () =>
    server.signIn({
      key,
      headers: { ...forwarded, authorization: 'DPoP opaque', dpop: await server.prove(key, 'opaque') },
    });
  const outside = await signIn();
  expect(outside.status).toBe(403);
  const pairing = await begin(server);
  const beforeOpening = await signIn();
  expect(await beforeOpening.json()).toEqual(await outside.json());
  await server.fetch(new Request(pairing.link, { headers: forwarded }));
  const asked = signIn();
  const id = await server.nextApproval();
  const shown = await control(server, '/pairing/next', { ...pairing, version: 0 });
  expect(shown).toMatchObject({ address: device, approval: { id, address: device } });
  server.groundmist.core.access.approve(id, { permission: 'read-write' });
  expect((await asked).status).toBe(200);
  await control(server, '/pairing/end', pairing);
  expect((await signIn()).status).toBe(200);
});

test('behind a proxy that does not say who asks nobody is let through, and the owner hears why', async () => {
  await using server = await ComposedServer.start();
  const pairing = await begin(server);
  const { status, text } = await textAndHeaders(await server.fetch(new Request(pairing.link)));
  expect(status).toBe(403);
  expect(text).toContain('does not say who asks');
  expect(await control(server, '/pairing/next', { ...pairing, version: 0 })).toMatchObject({
    address: null,
    isAddressHidden: true,
  });
  const wrong = `https://sync.example.com/pair/${'A'.repeat(32)}`;
  expect((await server.fetch(new Request(wrong))).status).toBe(404);
});
