import { afterEach, expect, test } from 'bun:test';
import { makeServerDocument } from '../../../src/core/identity/server-document.ts';
import { findServer, type ServerFinding } from '../../../src/core/discovery/is-this-server.ts';
import { createOutbound } from '../../../src/platform/outbound.ts';

const secretKey = 'ab'.repeat(32);
const servers: Bun.Server<undefined>[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop(true)));
});

type Answer = (publicUrl: URL) => Response | Promise<Response>;

/** Checks a server that answers for its document as given. */
function check(answer: Answer, timeoutMs = 5000): Promise<ServerFinding> {
  const server = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => answer(publicUrl) });
  const publicUrl = new URL(`http://localhost:${server.port}`);
  servers.push(server);
  const fetch = createOutbound({ privateHosts: [publicUrl.host], timeoutMs });
  return findServer({ publicUrl, secretKey, fetch });
}

const documentOf = async (publicUrl: URL, secret = secretKey) =>
  Response.json(await makeServerDocument(publicUrl, secret));

test('the server with our name and our key is this server', async () => {
  expect(await check((publicUrl) => documentOf(publicUrl))).toEqual({ kind: 'this-server' });
});

test('a document of a later version, with more in it, is good too', async () => {
  const found = await check(async (publicUrl) => {
    const { verificationMethod, ...rest } = await makeServerDocument(publicUrl, secretKey);
    const more = { id: '#more', type: 'Multikey', controller: rest.id, publicKeyMultibase: 'zMore' };
    return Response.json({ ...rest, later: 1, verificationMethod: [more, ...verificationMethod] });
  });
  expect(found.kind).toBe('this-server');
});

test.each<[string, Answer, string]>([
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

test('a server that never answers is given up', async () => {
  const found = await check(() => new Promise(() => {}), 50);
  const why = expect.stringContaining('gave no complete answer within 0.05 s');
  expect(found).toMatchObject({ kind: 'elsewhere', why });
});
