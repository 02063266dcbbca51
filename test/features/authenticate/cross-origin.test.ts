import { expect, test } from 'bun:test';
import { ComposedServer } from '../../support/composed-server.ts';
import { makeTestKey } from '../../support/proof.ts';

const origin = 'https://app.example';

test('the preflight of a browser is answered for its Origin', async () => {
  await using server = await ComposedServer.start();
  const answer = await server.fetch(
    new Request('https://sync.example.com/authenticate', {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type,dpop',
      },
    }),
  );
  expect(answer.status).toBe(204);
  expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
  expect(answer.headers.get('access-control-allow-methods')).toBe('POST');
  expect(answer.headers.get('access-control-allow-headers')).toBe('authorization, dpop, content-type');
  expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
  expect(answer.headers.get('vary')).toBe('Origin');
});

test('every answer can be read by the page that asked, and carries the next nonce', async () => {
  await using server = await ComposedServer.start();
  const key = await makeTestKey();
  const answers = [
    await server.letIn({ key, origin }),
    await server.signIn({ key, origin, body: 'x' }),
    await server.signIn({ key, origin, body: 'x'.repeat(20_000) }),
    await server.signIn({ key, origin, headers: { dpop: undefined } }),
    await server.signIn({ key, origin, headers: { authorization: undefined } }),
  ];
  expect(answers.map((answer) => answer.status)).toEqual([200, 400, 413, 401, 403]);
  for (const { headers } of answers) {
    expect(headers.get('access-control-allow-origin')).toBe(origin);
    expect(headers.get('access-control-expose-headers')).toBe(
      'DPoP-Nonce, WWW-Authenticate, Retry-After, X-Request-Id',
    );
    expect(headers.get('vary')).toBe('Origin');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('dpop-nonce')).toBe(server.groundmist.core.authentication.nonces.current());
  }
});

test('a page that asks with another method can read what it did wrong', async () => {
  await using server = await ComposedServer.start();
  const answer = await server.fetch(
    new Request('https://sync.example.com/authenticate', { headers: { origin } }),
  );
  expect(answer.status).toBe(405);
  expect(answer.headers.get('allow')).toBe('OPTIONS, POST');
  expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
  expect(answer.headers.get('vary')).toBe('Origin');
});

test('an app without an Origin gets no CORS header', async () => {
  await using server = await ComposedServer.start();
  const answer = await server.signIn({ key: await makeTestKey(), body: 'x' });
  expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  expect(answer.headers.get('vary')).toBe('Origin');
});

test('the DID document is there for everybody', async () => {
  await using server = await ComposedServer.start();
  const answer = await server.fetch(new Request('https://sync.example.com/.well-known/did.json'));
  expect(answer.headers.get('content-type')).toBe('application/did+ld+json');
  expect(answer.headers.get('access-control-allow-origin')).toBe('*');
  expect(await answer.json()).toEqual({ ...server.groundmist.core.serverDocument });
});
