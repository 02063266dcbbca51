import { expect, test } from 'bun:test';
import { Authentication } from '../../../src/core/auth/authentication.ts';
import { Failure } from '../../../src/core/failure.ts';
import { TestClock } from '../../support/clock.ts';
import { TestOwnerDocuments } from '../../support/owner-documents.ts';
import { startOwner, type TestOwner } from '../../support/plc.ts';
import { makeTestKey, sha256 } from '../../support/proof.ts';
import { rejectionOf } from '../../support/rejection.ts';

const publicUrl = new URL('https://sync.example.com');
const aud = 'did:web:sync.example.com#groundmist_sync';

async function setUp(owner: TestOwner) {
  const clock = new TestClock();
  const documents = new TestOwnerDocuments(owner);
  const nonceSecret = new Uint8Array(32).fill(1);
  const authentication = new Authentication({ owner: owner.did, publicUrl, documents, clock, nonceSecret });
  const key = await makeTestKey();
  const prove = (accessToken: string) =>
    key.sign(
      {},
      {
        htm: 'POST',
        htu: 'https://sync.example.com/authenticate',
        ath: sha256(accessToken),
        iat: Math.floor(clock.now() / 1000),
        jti: crypto.randomUUID(),
        nonce: authentication.nonces.current(),
      },
    );
  const ask = async (
    scheme: string,
    accessToken: string,
    serviceAuth?: string,
    more: Record<string, string> = {},
  ) => {
    const headers = new Headers(more);
    headers.set('authorization', `${scheme} ${accessToken}`);
    headers.set('dpop', await prove(accessToken));
    // Behind a proxy the URL of the request is not ours.
    const request = new Request('http://10.0.0.7:3031/authenticate?x=1', { method: 'POST', headers });
    return await authentication.authenticate(request, { serviceAuth }, { address: '203.0.113.9' });
  };
  return { authentication, documents, key, ask };
}

const pdsToken = (claims: Record<string, unknown>) =>
  `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.AA`;

test('a service token as Bearer proves the account, the proof the key', async () => {
  await using owner = await startOwner();
  const { key, ask } = await setUp(owner);
  const headers = { origin: 'https://app.example', 'user-agent': 'Browser/1' };
  const credentials = await ask('Bearer', await owner.serviceJwt({ aud }), undefined, headers);
  expect(credentials).toEqual({
    account: { did: owner.did, isProven: true },
    thumbprint: key.thumbprint,
    app: { kind: 'unverified', says: 'https://app.example' },
    origin: 'https://app.example',
    userAgent: 'Browser/1',
    address: '203.0.113.9',
  });
});

test('a service token beside a PDS token proves the account; the client id stays the app’s own word', async () => {
  await using owner = await startOwner();
  const { ask } = await setUp(owner);
  const token = pdsToken({ sub: owner.did, client_id: 'https://app.example/client.json' });
  const credentials = await ask('DPoP', token, await owner.serviceJwt({ aud }));
  expect(credentials.account.isProven).toBe(true);
  expect(credentials.app).toEqual({ kind: 'unverified', says: 'https://app.example/client.json' });
});

test('an opaque PDS token is no hindrance', async () => {
  await using owner = await startOwner();
  const { ask } = await setUp(owner);
  const credentials = await ask('DPoP', 'opaque', await owner.serviceJwt({ aud }));
  expect(credentials.app).toEqual({ kind: 'unverified', says: undefined });
});

test('a PDS token alone is not enough', async () => {
  await using owner = await startOwner();
  const { ask } = await setUp(owner);
  const error = await rejectionOf(ask('DPoP', pdsToken({ sub: owner.did })));
  expect(error).toMatchObject({ code: 'NotPermitted' });
});

test('a service token of a stranger is not enough', async () => {
  await using owner = await startOwner();
  await using stranger = await startOwner();
  const { ask } = await setUp(owner);
  const error = await rejectionOf(ask('Bearer', await stranger.serviceJwt({ aud })));
  expect(error).toMatchObject({ code: 'NotPermitted' });
});

test('two different service tokens are a wrong request', async () => {
  await using owner = await startOwner();
  const { ask } = await setUp(owner);
  const error = await rejectionOf(
    ask('Bearer', await owner.serviceJwt({ aud }), await owner.serviceJwt({ aud })),
  );
  expect(error).toMatchObject({ code: 'InvalidRequest' });
});

test.each(['Basic', 'bearer2'])('the scheme %s is refused', async (scheme) => {
  await using owner = await startOwner();
  const { ask } = await setUp(owner);
  expect(await rejectionOf(ask(scheme, await owner.serviceJwt({ aud })))).toMatchObject({
    code: 'NotPermitted',
  });
});

test('without Authorization nothing is looked at', async () => {
  await using owner = await startOwner();
  const { authentication } = await setUp(owner);
  const request = new Request('https://sync.example.com/authenticate', { method: 'POST' });
  const attempt = authentication.authenticate(request, { serviceAuth: 'x' }, { address: 'x' });
  expect(await rejectionOf(attempt)).toMatchObject({ code: 'NotPermitted' });
});

test('a bad proof leaves the service token unused', async () => {
  await using owner = await startOwner();
  const { authentication, ask } = await setUp(owner);
  const jwt = await owner.serviceJwt({ aud });
  const request = new Request('https://sync.example.com/authenticate', {
    method: 'POST',
    headers: { authorization: `Bearer ${jwt}` },
  });
  const attempt = authentication.authenticate(request, { serviceAuth: undefined }, { address: 'x' });
  expect(await rejectionOf(attempt)).toMatchObject({ code: 'InvalidDpopProof' });
  expect((await ask('Bearer', jwt)).account.isProven).toBe(true);
});

test('while the directory is down the account is not proven, with the answer that a new key gets', async () => {
  await using owner = await startOwner();
  const { documents, ask } = await setUp(owner);
  documents.isDown = true;
  const { account } = await ask('Bearer', await owner.serviceJwt({ aud }));
  if (account.isProven) throw new Error('the account must not be proven');
  expect(account.refusal).toBeInstanceOf(Failure);
  expect(account.refusal.code).toBe('IdentityUnresolved');
});

test('an Origin of unheard-of length is refused', async () => {
  await using owner = await startOwner();
  const { ask } = await setUp(owner);
  const headers = { origin: `https://${'x'.repeat(300)}.example` };
  const error = await rejectionOf(ask('Bearer', await owner.serviceJwt({ aud }), undefined, headers));
  expect(error).toMatchObject({ code: 'InvalidRequest' });
});
