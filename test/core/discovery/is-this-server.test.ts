import { afterEach, expect, test } from 'bun:test';
import { parseDid } from '../../../src/core/identity/did.ts';
import { makeServerDocument } from '../../../src/core/identity/server-document.ts';
import { findServer, type ServerFinding } from '../../../src/core/discovery/is-this-server.ts';
import { createOutbound } from '../../../src/platform/outbound.ts';

const secretKey = 'ab'.repeat(32);
const owner = parseDid('did:plc:ewvi7nxzyoun6zhxrhs64oiz');
const other = parseDid('did:web:alice.example.com');
const servers: Bun.Server<undefined>[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop(true)));
});

type Answer = (publicUrl: URL) => Response | Promise<Response>;

const alive: Answer = () => Response.json({ status: 'ok' });

/** Checks a server that answers for its document, and for its health, as given. */
function check(answer: Answer, { health = alive, timeoutMs = 5000 } = {}): Promise<ServerFinding> {
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: (request) => (new URL(request.url).pathname === '/health' ? health : answer)(publicUrl),
  });
  const publicUrl = new URL(`http://localhost:${server.port}`);
  servers.push(server);
  const fetch = createOutbound({ privateHosts: [publicUrl.host], timeoutMs });
  return findServer({ publicUrl, secretKey, owner, fetch });
}

const documentOf = async (publicUrl: URL, secret = secretKey, whose = owner) =>
  Response.json(await makeServerDocument(publicUrl, secret, whose));

test('the server with our name, our key and our owner is this server', async () => {
  expect(await check((publicUrl) => documentOf(publicUrl))).toEqual({ kind: 'this-server' });
});

test('a document of a later version, with more in it, is good too', async () => {
  const found = await check(async (publicUrl) => {
    const { verificationMethod, ...rest } = await makeServerDocument(publicUrl, secretKey, owner);
    const more = { id: '#more', type: 'Multikey', controller: rest.id, publicKeyMultibase: 'zMore' };
    return Response.json({ ...rest, later: 1, verificationMethod: [more, ...verificationMethod] });
  });
  expect(found.kind).toBe('this-server');
});

test('an older version, which does not name its owner, is this server, and that is said', async () => {
  const found = await check(async (publicUrl) => {
    const { controller: _, ...older } = await makeServerDocument(publicUrl, secretKey, owner);
    return Response.json(older);
  });
  expect(found).toEqual({ kind: 'this-server', caveat: expect.stringContaining('does not say whose it is') });
});

test('one of several owners is enough', async () => {
  const found = await check(async (publicUrl) =>
    Response.json({
      ...(await makeServerDocument(publicUrl, secretKey, owner)),
      controller: [other, owner],
    }),
  );
  expect(found).toEqual({ kind: 'this-server' });
});

test.each<[string, Answer, string]>([
  ['another owner but the same secret', (publicUrl) => documentOf(publicUrl, secretKey, other), other],
  ['another secret', (publicUrl) => documentOf(publicUrl, 'cd'.repeat(32)), 'GROUNDMIST_SYNC_SECRET_KEY'],
  ['another name', () => documentOf(new URL('https://other.example.com')), '(GROUNDMIST_HOST)'],
  ['no document', () => new Response('gone', { status: 404 }), 'status 404'],
  ['a page', () => new Response('<html>'), 'is not groundmist'],
  ['a document without keys', () => Response.json({ id: 'did:web:x' }), 'is not groundmist'],
  ['a redirect', () => Response.redirect('https://sync.example.com/'), 'redirect'],
  ['too much', () => new Response(new Uint8Array(100_000)), 'more than 65536 bytes'],
])('a server with %s is not, and the sentence says why', async (_what, answer, why) => {
  const found = await check(answer);
  expect(found).toMatchObject({ kind: 'elsewhere', why: expect.stringContaining(why) });
});

test.each<[string, Answer, string]>([
  [
    'no /health behind the proxy',
    () => new Response('no', { status: 404 }),
    '/health answered with status 404',
  ],
  ['a page in its place', () => new Response('<html>'), 'is not groundmist'],
])('a server with %s is not one that apps can use', async (_what, health, why) => {
  const found = await check((publicUrl) => documentOf(publicUrl), { health });
  expect(found).toMatchObject({ kind: 'elsewhere', why: expect.stringContaining(why) });
});

test('what a stranger says of itself commands no terminal', async () => {
  const found = await check(async (publicUrl) =>
    Response.json({ ...(await makeServerDocument(publicUrl, secretKey, owner)), id: 'did:\u001b[2J' }),
  );
  expect(found).toMatchObject({ kind: 'elsewhere', why: expect.not.stringContaining('\u001b') });
});

test('a server that never answers is given up', async () => {
  const found = await check(() => new Promise(() => {}), { timeoutMs: 50 });
  const why = expect.stringContaining('gave no complete answer within 0.05 s');
  expect(found).toMatchObject({ kind: 'elsewhere', why });
});
