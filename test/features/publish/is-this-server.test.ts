import { afterEach, expect, test } from 'bun:test';
import { makeServerDocument } from '../../../src/core/identity/server-document.ts';
import { checkIsThisServer } from '../../../src/features/publish/is-this-server.ts';
import { createOutbound } from '../../../src/platform/outbound.ts';
import { rejectionOf } from '../../support/rejection.ts';

const secretKey = 'ab'.repeat(32);
const servers: Bun.Server<undefined>[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop(true)));
});

type Answer = (publicUrl: URL) => Response | Promise<Response>;

/** Checks a server that answers for its document as given. */
function check(answer: Answer, timeoutMs = 5000): Promise<void> {
  const server = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => answer(publicUrl) });
  const publicUrl = new URL(`http://localhost:${server.port}`);
  servers.push(server);
  const fetch = createOutbound({ privateHosts: [publicUrl.host], timeoutMs });
  return checkIsThisServer({ publicUrl, secretKey, fetch });
}

const documentOf = async (publicUrl: URL, secret = secretKey) =>
  Response.json(await makeServerDocument(publicUrl, secret));

test('the server with our name and our key is this server', async () => {
  await check((publicUrl) => documentOf(publicUrl));
});

test('a document of a later version, with more in it, is good too', async () => {
  await check(async (publicUrl) => {
    const { verificationMethod, ...rest } = await makeServerDocument(publicUrl, secretKey);
    const more = { id: '#more', type: 'Multikey', controller: rest.id, publicKeyMultibase: 'zMore' };
    return Response.json({ ...rest, later: 1, verificationMethod: [more, ...verificationMethod] });
  });
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
  const error = await rejectionOf(check(answer));
  expect(error).toMatchObject({ code: 'ServerUnreachable', kind: { exit: 1 } });
  expect(error.message).toMatch(/^Apps would not find this server at localhost:\d+: /);
  expect(error.message).toContain(why);
  expect(error.message).toContain('--skip-check');
});

test('a server that never answers is given up', async () => {
  const error = await rejectionOf(check(() => new Promise(() => {}), 50));
  expect(error.message).toContain('gave no complete answer within 0.05 s');
});
