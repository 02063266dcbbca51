import { expect, test } from 'bun:test';
import { Authentication } from '../../../src/core/auth/authentication.ts';
import { Failure } from '../../../src/core/failure.ts';
import { TestClock } from '../../support/clock.ts';
import { openTestControlDatabase } from '../../support/control-database.ts';
import { TestOwnerDocuments } from '../../support/owner-documents.ts';
import { startOwner, type TestOwner } from '../../support/plc.ts';
import { makeTestKey, sha256 } from '../../support/proof.ts';
import { rejectionOf } from '../../support/rejection.ts';
import { TestVouching } from '../../support/vouching.ts';

const publicUrl = new URL('https://sync.example.com');
const dayMs = 86_400_000;
const aud = 'did:web:sync.example.com#groundmist_sync';

async function setUp(owner: TestOwner, clock = new TestClock()) {
  const documents = new TestOwnerDocuments(owner);
  const nonceSecret = new Uint8Array(32).fill(1);
  const vouching = new TestVouching();
  const authentication = new Authentication({
    owner: owner.did,
    publicUrl,
    documents,
    vouching,
    clock,
    database: openTestControlDatabase(),
    nonceSecret,
  });
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
  const identify = async (
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
    return await authentication.identify(request, { serviceAuth }, { address: '203.0.113.9' });
  };
  const ask = async (...given: Parameters<typeof identify>) => authentication.prove(await identify(...given));
  return { authentication, documents, vouching, key, identify, ask };
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

test('a PDS token that the PDS vouches for proves the account and names the app', async () => {
  await using owner = await startOwner();
  const { key, vouching, ask } = await setUp(owner);
  const clientId = 'https://app.example/client.json';
  vouching.verdict = { kind: 'vouched', clientId };
  const token = pdsToken({ sub: owner.did, client_id: clientId });
  expect(await ask('DPoP', token)).toMatchObject({
    account: { did: owner.did, isProven: true },
    app: { kind: 'vouched', clientId },
  });
  const asker = { thumbprint: key.thumbprint, address: '203.0.113.9', isAccountProven: false };
  expect(vouching.asked).toMatchObject([{ pdsToken: token, asker }]);
  await ask('DPoP', token, await owner.serviceJwt({ aud }));
  expect(vouching.asked.at(-1)).toMatchObject({ asker: { isAccountProven: true } });
});

test.each([
  'http://app.example/client.json',
  'http://localhost?scope=atproto',
  'https://localhost/client.json',
  'https://app.localhost/client.json',
  'https://127.0.0.1/client.json',
  'https://[::1]/client.json',
  'https://app.example:443/client.json',
  'https://APP.example/client.json',
  'https://user@app.example/client.json',
  'https://app.example/client.json#1',
  'com.example.app:/client',
  `https://app.example/${'x'.repeat(300)}`,
])('a vouched token of %s proves the account and leaves the app unverified', async (clientId) => {
  await using owner = await startOwner();
  const { vouching, ask } = await setUp(owner);
  vouching.verdict = { kind: 'vouched', clientId };
  const credentials = await ask('DPoP', pdsToken({ sub: owner.did, client_id: clientId }));
  expect(credentials.account.isProven).toBe(true);
  expect(credentials.app).toEqual({ kind: 'unverified', says: clientId.slice(0, 300) });
});

test('a PDS token that nobody vouches for proves nothing, in the same words whatever it is', async () => {
  await using owner = await startOwner();
  const { ask } = await setUp(owner);
  const refusals = [];
  for (const token of ['opaque', pdsToken({ sub: owner.did })]) {
    const { account } = await ask('DPoP', token);
    if (account.isProven) throw new Error('the account must not be proven');
    refusals.push({ code: account.refusal.code, message: account.refusal.message });
  }
  expect(refusals[0]).toMatchObject({ code: 'NotPermitted' });
  expect(refusals[1]).toEqual(refusals[0]);
});

test('while the PDS cannot be asked, a new key hears that', async () => {
  await using owner = await startOwner();
  const { vouching, ask } = await setUp(owner);
  const refusal = new Failure('IdentityUnresolved', 'down');
  vouching.verdict = { kind: 'unknown', refusal };
  const { account } = await ask('DPoP', pdsToken({ sub: owner.did }));
  expect(account).toEqual({ did: owner.did, isProven: false, refusal });
});

test('the PDS’s word stands for the account while the directory is down', async () => {
  await using owner = await startOwner();
  const { documents, vouching, ask } = await setUp(owner);
  documents.isDown = true;
  vouching.verdict = { kind: 'vouched', clientId: 'https://app.example/client.json' };
  const credentials = await ask('DPoP', 'opaque', await owner.serviceJwt({ aud }));
  expect(credentials.account.isProven).toBe(true);
});

test('to identify a key nobody is asked', async () => {
  await using owner = await startOwner();
  const { documents, key, vouching, identify } = await setUp(owner);
  documents.isDown = true;
  for (const [scheme, token] of [
    ['Bearer', await owner.serviceJwt({ aud })],
    ['DPoP', 'opaque'],
    ['DPoP', pdsToken({ sub: owner.did })],
  ] as const) {
    expect(await identify(scheme, token)).toMatchObject({ thumbprint: key.thumbprint });
  }
  expect(documents.askedCount + vouching.asked.length).toBe(0);
});

test.each([
  ['of another account', { sub: 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa' }, 'another account'],
  ['bound to another key', { cnf: { jkt: 'stolen' } }, 'another key'],
  ['of an app password', { scope: 'com.atproto.appPass' }, 'password session'],
  ['of a password', { scope: 'com.atproto.access' }, 'password session'],
])('a PDS token %s is refused, whatever key comes with it', async (_name, claims, reason) => {
  await using owner = await startOwner();
  const { identify } = await setUp(owner);
  const error = await rejectionOf(identify('DPoP', pdsToken({ sub: owner.did, ...claims })));
  expect(error).toMatchObject({ code: 'NotPermitted' });
  expect(error.message).toContain(reason);
});

test('a service token for another server is refused, whatever key comes with it', async () => {
  await using owner = await startOwner();
  const { identify } = await setUp(owner);
  const elsewhere = await owner.serviceJwt({ aud: 'did:web:other.example#groundmist_sync' });
  expect(await rejectionOf(identify('DPoP', 'opaque', elsewhere))).toMatchObject({ code: 'NotPermitted' });
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
  const attempt = authentication.identify(request, { serviceAuth: 'x' }, { address: 'x' });
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
  const attempt = authentication.identify(request, { serviceAuth: undefined }, { address: 'x' });
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

test('a clock that was ahead at the start and is set right keeps no service token out', async () => {
  await using owner = await startOwner();
  const clock = new TestClock();
  clock.turnBack(-dayMs);
  const { ask } = await setUp(owner, clock);
  clock.turnBack(dayMs);
  expect(await ask('Bearer', await owner.serviceJwt({ aud }))).toMatchObject({ account: { isProven: true } });
});
