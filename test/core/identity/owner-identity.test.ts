import { expect, test } from 'bun:test';
import { ServiceJwtVerifier } from '@atcute/xrpc-server/auth';
import { OwnerIdentity } from '../../../src/core/identity/owner-identity.ts';
import { pdsOf, signingKeyOf } from '../../../src/core/identity/did-document.ts';
import { createOutbound, type Fetch } from '../../../src/platform/outbound.ts';
import { TestClock } from '../../support/clock.ts';
import { startOwner, type TestOwner } from '../../support/plc.ts';
import { rejectionOf } from '../../support/rejection.ts';

/** The identity of `owner` and a clock that moves by hand. */
function identityOf(owner: TestOwner) {
  const clock = new TestClock();
  const fetch = createOutbound({ privateHosts: [owner.plcHost] });
  const identity = new OwnerIdentity({ did: owner.did, plcUrl: owner.plcUrl, fetch, clock });
  const pass = (seconds: number) => clock.advance(seconds * 1000);
  return { identity, pass, clock };
}

test('the document is fetched through the guard and names key and PDS', async () => {
  await using owner = await startOwner({ pdsUrl: 'https://pds.example.com' });
  const document = await identityOf(owner).identity.document();
  expect<string>(document.id).toBe(owner.did);
  expect(pdsOf(document).href).toBe('https://pds.example.com/');
  expect(signingKeyOf(document).jwtAlg).toBe('ES256K');
});

test('five minutes long the same copy serves, then a new one', async () => {
  await using owner = await startOwner();
  const { identity, pass } = identityOf(owner);
  const first = await identity.document();
  pass(299);
  expect(await identity.document()).toBe(first);
  expect(owner.requests()).toBe(1);
  pass(1);
  expect(await identity.document()).toEqual(first);
  expect(owner.requests()).toBe(2);
});

test('those who ask at once share one request', async () => {
  await using owner = await startOwner();
  const { identity } = identityOf(owner);
  await Promise.all([identity.document(), identity.document(), identity.refresh()]);
  expect(owner.requests()).toBe(1);
});

test('a refresh sees a new key, at most once in 30 s', async () => {
  await using owner = await startOwner();
  const { identity, pass } = identityOf(owner);
  const first = await identity.document();
  await owner.rotate();
  const second = await identity.refresh();
  expect(signingKeyOf(second)).not.toEqual(signingKeyOf(first));
  await owner.rotate();
  pass(29);
  expect(await identity.refresh()).toBe(second);
  expect(owner.requests()).toBe(2);
  pass(1);
  expect(signingKeyOf(await identity.refresh())).not.toEqual(signingKeyOf(second));
});

test('a clock that is set back makes neither a copy fresh again nor a refresh wait', async () => {
  await using owner = await startOwner();
  const { identity, pass, clock } = identityOf(owner);
  const first = await identity.refresh();
  await owner.rotate();
  pass(30);
  clock.turnBack(24 * 60 * 60_000);
  const second = await identity.refresh();
  expect(signingKeyOf(second)).not.toEqual(signingKeyOf(first));
  await owner.rotate();
  pass(300);
  expect(signingKeyOf(await identity.document())).not.toEqual(signingKeyOf(second));
});

test('an outage is IdentityUnreachable and is not asked about again for 5 s', async () => {
  await using owner = await startOwner();
  const { identity, pass } = identityOf(owner);
  owner.outage(true);
  expect(await rejectionOf(identity.document())).toMatchObject({
    code: 'IdentityUnreachable',
    message: `The identity ${owner.did} could not be resolved: ${owner.plcHost} answered with status 503.`,
  });
  await rejectionOf(identity.document());
  expect(owner.requests()).toBe(1);
  owner.outage(false);
  pass(5);
  expect<string>((await identity.document()).id).toBe(owner.did);
});

test('closing ends what is being asked', async () => {
  await using owner = await startOwner();
  const asked = Promise.withResolvers<AbortSignal>();
  const fetch: Fetch = (_input, init) => {
    const signal = init?.signal ?? AbortSignal.abort();
    asked.resolve(signal);
    return new Promise((_resolve, reject) =>
      signal.addEventListener('abort', () => reject(new Error('aborted'))),
    );
  };
  const identity = new OwnerIdentity({ did: owner.did, plcUrl: owner.plcUrl, fetch, clock: new TestClock() });
  const rejection = rejectionOf(identity.document());
  await asked.promise;
  identity[Symbol.dispose]();
  expect(await rejection).toMatchObject({ code: 'IdentityUnreachable' });
});

test('a refresh that fails leaves the known copy in use', async () => {
  await using owner = await startOwner();
  const { identity } = identityOf(owner);
  const first = await identity.document();
  owner.outage(true);
  expect(await rejectionOf(identity.refresh())).toMatchObject({ code: 'IdentityUnreachable' });
  expect(await identity.document()).toBe(first);
});

test('a directory that is not public says which setting would allow it', async () => {
  await using owner = await startOwner();
  const fetch = createOutbound({ privateHosts: [] });
  const identity = new OwnerIdentity({ did: owner.did, plcUrl: owner.plcUrl, fetch, clock: new TestClock() });
  const error = await rejectionOf(identity.document());
  expect(error.message).toEndWith(`name ${owner.plcHost} in GROUNDMIST_PRIVATE_HOSTS.`);
});

test('a verifier of service JWTs takes it as its resolver', async () => {
  await using owner = await startOwner({ algorithm: 'ES256' });
  const { identity } = identityOf(owner);
  const verifier = new ServiceJwtVerifier({
    acceptAudiences: ['did:web:sync.example.com'],
    resolver: {
      resolve: (_did, options) => (options?.noCache ? identity.refresh() : identity.document()),
    },
  });
  const verify = async () => {
    const jwt = await owner.serviceJwt({ aud: 'did:web:sync.example.com' });
    const request = new Request('http://x/', { headers: { authorization: `Bearer ${jwt}` } });
    return verifier.verifyRequest(request, { lxm: 'xyz.groundmist.sync.authenticate' });
  };
  expect<string>((await verify()).issuer).toBe(owner.did);
  await owner.rotate('ES256K');
  expect<string>((await verify()).issuer).toBe(owner.did);
  expect(owner.requests()).toBe(2);
});
