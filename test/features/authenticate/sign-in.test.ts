import { expect, test } from 'bun:test';
import { ComposedServer } from '../../support/composed-server.ts';
import { makeTestKey } from '../../support/proof.ts';

const rootDocUrl = 'automerge:2akvofn6L1o4RMUEMQi7qzwRjKWZ';

test('an approved app gets its sync token and its root document', async () => {
  await using server = await ComposedServer.start();
  const origin = 'https://app.example';
  const answer = await server.letIn({ origin, members: { rootDocUrl } });
  const body = (await answer.json()) as Readonly<Record<'token' | 'result' | 'rootDocUrl', string>>;
  expect(answer.status).toBe(200);
  expect(body.token).toMatch(/^gms_/);
  expect({ ...body, token: '' }).toEqual({ result: 'OK', token: '', rootDocUrl });
  const { core } = server.groundmist;
  expect(core.sessions.verify(body.token, origin, server.clock.now())).toBeDefined();
  expect(server.kept).toEqual([90]);
});

test('the same app on another device hears the root document though it sends null', async () => {
  await using server = await ComposedServer.start();
  await server.letIn({ origin: 'https://app.example', members: { rootDocUrl } });
  const answer = await server.letIn({ origin: 'https://app.example' });
  expect(await answer.json()).toMatchObject({ rootDocUrl });
});

test('without a root document the answer has null', async () => {
  await using server = await ComposedServer.start();
  const answer = await server.letIn({ members: { rootDocUrl: undefined } });
  expect(await answer.json()).toMatchObject({ result: 'OK', rootDocUrl: null });
});

test('a service token beside a PDS token is as good', async () => {
  await using server = await ComposedServer.start();
  const key = await makeTestKey();
  const serviceAuth = await server.owner.serviceJwt({ aud: 'did:web:sync.example.com' });
  const headers = { authorization: 'DPoP opaque', dpop: await server.prove(key, 'opaque') };
  const answer = await server.letIn({ key, headers, members: { serviceAuth } });
  expect(answer.status).toBe(200);
});

test('a new app that nobody answers hears which approval it waits for', async () => {
  await using server = await ComposedServer.start();
  const asked = server.signIn({ key: await makeTestKey() });
  const id = await server.nextApproval();
  server.clock.advance(50_000);
  const answer = await asked;
  expect(answer.status).toBe(403);
  expect(await answer.json()).toEqual({
    error: 'ApprovalRequired',
    message: expect.any(String),
    approvalId: id,
  });
});

test('an app that the owner denies is not permitted', async () => {
  await using server = await ComposedServer.start();
  const asked = server.signIn({ key: await makeTestKey() });
  server.groundmist.core.access.deny(await server.nextApproval());
  const answer = await asked;
  expect(answer.status).toBe(403);
  expect(await answer.json()).toMatchObject({ error: 'NotPermitted' });
});

test('a proof without our nonce is challenged, and the same service token serves the repetition', async () => {
  await using server = await ComposedServer.start();
  const key = await makeTestKey();
  const jwt = await server.owner.serviceJwt({ aud: 'did:web:sync.example.com#groundmist_sync' });
  const authorization = `Bearer ${jwt}`;
  const dpop = await server.prove(key, jwt, { nonce: undefined });
  const challenge = await server.signIn({ key, headers: { authorization, dpop } });
  expect(challenge.status).toBe(401);
  expect(challenge.headers.get('www-authenticate')).toBe('DPoP error="use_dpop_nonce"');
  expect(await challenge.json()).toMatchObject({ error: 'use_dpop_nonce' });
  const again = await server.prove(key, jwt, { nonce: challenge.headers.get('dpop-nonce') });
  const answer = await server.letIn({ key, headers: { authorization, dpop: again } });
  expect(answer.status).toBe(200);
});

test.each([
  ['none', undefined],
  ['not a proof', 'x'],
])('a proof that is %s gets invalid_dpop_proof', async (_name, dpop) => {
  await using server = await ComposedServer.start();
  const answer = await server.signIn({ key: await makeTestKey(), headers: { dpop } });
  expect(answer.status).toBe(401);
  expect(answer.headers.get('www-authenticate')).toBe('DPoP error="invalid_dpop_proof"');
  expect(await answer.json()).toMatchObject({ error: 'invalid_dpop_proof' });
});

test.each([
  ['missing', undefined],
  ['of another scheme', 'Basic eDp5'],
  ['a PDS token alone', 'DPoP opaque'],
  ['a junk service token', 'Bearer junk'],
])('an Authorization that is %s is a 403 and never a 401', async (_name, authorization) => {
  await using server = await ComposedServer.start();
  const key = await makeTestKey();
  const dpop = await server.prove(key, authorization?.split(' ')[1] ?? '');
  const answer = await server.signIn({ key, headers: { authorization, dpop } });
  expect(answer.status).toBe(403);
  expect(answer.headers.get('www-authenticate')).toBeNull();
  expect(await answer.json()).toMatchObject({ error: 'NotPermitted' });
});

test('while the directory is down new apps hear 503, approved ones are let in', async () => {
  await using server = await ComposedServer.start();
  const key = await makeTestKey();
  await server.letIn({ key });
  server.clock.advance(60 * 60_000);
  server.owner.outage(true);
  const answer = await server.signIn({ key: await makeTestKey() });
  expect(answer.status).toBe(503);
  expect(answer.headers.get('retry-after')).toBe('60');
  expect(await answer.json()).toMatchObject({ error: 'IdentityUnresolved' });
  const known = await server.signIn({ key });
  expect(known.status).toBe(200);
});

test('one address that asks without end is turned away, readably, and others are not', async () => {
  await using server = await ComposedServer.start();
  const origin = 'https://app.example';
  const ask = (address: string) =>
    server.fetch(
      new Request('https://sync.example.com/authenticate', {
        method: 'POST',
        headers: { origin, 'x-forwarded-for': address },
      }),
    );
  const statuses = new Set<number>();
  for (let number = 0; number < 120; number += 1) statuses.add((await ask(`2001:db8::${number}`)).status);
  expect([...statuses]).toEqual([400]);
  const limited = await ask('2001:db8::ffff');
  expect(limited.status).toBe(429);
  expect(await limited.json()).toMatchObject({ error: 'RateLimited' });
  expect(limited.headers.get('retry-after')).toBe('60');
  expect(limited.headers.get('access-control-allow-origin')).toBe(origin);
  expect((await ask('2001:db8:0:1::')).status).toBe(400);
  server.clock.advance(60_000);
  expect((await ask('2001:db8::1')).status).toBe(400);
});

test('an approved key needs no PDS and no directory, with whatever token it comes', async () => {
  await using server = await ComposedServer.start();
  const key = await makeTestKey();
  await server.letIn({ key });
  server.clock.advance(60 * 60_000);
  server.owner.outage(true);
  const asked = server.owner.requests();
  const headers = { authorization: 'DPoP opaque', dpop: await server.prove(key, 'opaque') };
  expect((await server.signIn({ key, headers })).status).toBe(200);
  expect((await server.signIn({ key })).status).toBe(200);
  expect(server.owner.requests()).toBe(asked);
  expect(server.kept).toEqual([90]);
});
