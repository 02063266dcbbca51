import { expect, test } from 'bun:test';
import { verifyServiceToken } from '../../../src/core/auth/service-token.ts';
import { UsedServiceTokens } from '../../../src/core/auth/used-service-tokens.ts';
import { Failure } from '../../../src/core/failure.ts';
import { openTestControlDatabase } from '../../support/control-database.ts';
import { makeSigningKey, signJwt, startOwner, type TestOwner } from '../../support/plc.ts';
import { TestOwnerDocuments } from '../../support/owner-documents.ts';
import { rejectionOf } from '../../support/rejection.ts';

const audience = 'did:web:localhost%3A3031#groundmist_sync';
const audiences = [audience, 'did:web:localhost%3A3031'];
const nowSeconds = () => Math.floor(Date.now() / 1000);

function setUp(owner: TestOwner, startedAt = Date.now() - 60_000) {
  const documents = new TestOwnerDocuments(owner);
  const used = new UsedServiceTokens({ database: openTestControlDatabase() });
  const verify = (jwt: string) =>
    verifyServiceToken(jwt, { owner: owner.did, documents, audiences, used, startedAt, now: Date.now() });
  const refusal = async (jwt: string) => {
    const error = await rejectionOf(verify(jwt));
    if (!(error instanceof Failure)) throw error;
    return error;
  };
  return { documents, verify, refusal };
}

test.each(['ES256K', 'ES256'] as const)(
  'a token of the owner signed with %s is accepted',
  async (algorithm) => {
    await using owner = await startOwner({ algorithm });
    const { verify } = setUp(owner);
    await verify(await owner.serviceJwt({ aud: audience }));
    await verify(await owner.serviceJwt({ aud: 'did:web:localhost%3A3031' }));
  },
);

test('a token is good once', async () => {
  await using owner = await startOwner();
  const { verify, refusal } = setUp(owner);
  const jwt = await owner.serviceJwt({ aud: audience });
  await verify(jwt);
  expect((await refusal(jwt)).message).toContain('used before');
});

const wrongs: [name: string, claims: Record<string, unknown>, reason: string][] = [
  ['another audience', { aud: 'did:web:other.example#groundmist_sync' }, 'audience'],
  ['another service of ours', { aud: 'did:web:localhost%3A3031#other' }, 'audience'],
  ['another method', { lxm: 'com.atproto.repo.createRecord' }, 'lexicon method'],
  ['no method', { lxm: undefined }, 'lxm'],
  ['another issuer', { iss: 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa' }, 'not the owner'],
  ['no jti', { jti: undefined }, 'jti'],
  ['no iat', { iat: undefined }, 'iat'],
  ['an iat in the future', { iat: nowSeconds() + 400, exp: nowSeconds() + 460 }, 'future'],
  ['an exp that has passed', { iat: nowSeconds() - 50, exp: nowSeconds() - 10 }, 'expired'],
  ['an exp an hour ahead', { exp: nowSeconds() + 3600 }, 'maximum age'],
  ['an nbf ahead', { nbf: nowSeconds() + 100 }, 'not yet valid'],
  ['typ of an access token', { header: { typ: 'at+jwt' } }, 'typ JWT'],
  ['no typ', { header: { typ: undefined } }, 'typ JWT'],
  ['a critical extension', { header: { crit: ['x'] } }, 'typ JWT'],
  ['another key id', { header: { kid: '#other' } }, 'key identifier'],
  ['algorithm none', { header: { alg: 'none' } }, 'jwt is none'],
  ['an algorithm of another key', { header: { alg: 'HS256' } }, 'jwt is HS256'],
];

test.each(wrongs)('a token with %s is refused', async (_name, claims, reason) => {
  await using owner = await startOwner();
  const failure = await setUp(owner).refusal(await owner.serviceJwt({ aud: audience, ...claims }));
  expect(failure.code).toBe('NotPermitted');
  expect(failure.message).toContain(reason);
});

test('an issuer with a fragment is not the owner', async () => {
  await using owner = await startOwner();
  const { documents, refusal } = setUp(owner);
  const failure = await refusal(await owner.serviceJwt({ aud: audience, iss: `${owner.did}#atproto` }));
  expect(failure.message).toContain('not the owner');
  expect(documents.askedCount).toBe(0);
});

test('a token of a stranger makes us resolve nothing', async () => {
  await using owner = await startOwner();
  await using stranger = await startOwner();
  const { documents, refusal } = setUp(owner);
  await refusal(await stranger.serviceJwt({ aud: audience }));
  expect(documents.askedCount).toBe(0);
});

test('a token signed with a key that is not the owner’s is refused after one refresh', async () => {
  await using owner = await startOwner();
  const { documents, refusal } = setUp(owner);
  const forged = await signJwt(
    await makeSigningKey('ES256K'),
    { typ: 'JWT', alg: 'ES256K' },
    {
      iss: owner.did,
      aud: audience,
      lxm: 'xyz.groundmist.sync.authenticate',
      iat: nowSeconds(),
      exp: nowSeconds() + 60,
      jti: 'x',
    },
  );
  expect((await refusal(forged)).message).toContain('signature');
  expect(documents.refreshedCount).toBe(1);
});

test('a forged token uses up no jti of a real one', async () => {
  await using owner = await startOwner();
  const { verify, refusal } = setUp(owner);
  const real = await owner.serviceJwt({ aud: audience });
  await refusal(`${real.slice(0, -10)}AAAAAAAAAA`);
  await verify(real);
});

test.each(['ES256K', 'ES256'] as const)('a key rotated to %s is noticed', async (algorithm) => {
  await using owner = await startOwner();
  const { documents, verify } = setUp(owner);
  await owner.rotate(algorithm);
  await verify(await owner.serviceJwt({ aud: audience }));
  expect(documents.refreshedCount).toBe(1);
});

test('a token older than our start is refused, for what it did then is forgotten', async () => {
  await using owner = await startOwner();
  const { refusal } = setUp(owner, Date.now());
  const iat = nowSeconds() - 2;
  const failure = await refusal(await owner.serviceJwt({ aud: audience, iat, exp: iat + 60 }));
  expect(failure.message).toContain('older than the last start');
});

test('an outage of the directory is told apart from a bad token, and keeps its cause', async () => {
  await using owner = await startOwner();
  const { documents, refusal } = setUp(owner);
  documents.isDown = true;
  const failure = await refusal(await owner.serviceJwt({ aud: audience }));
  expect(failure.code).toBe('IdentityUnresolved');
  expect(failure.cause).toMatchObject({ message: 'the directory is down' });
});

test.each(['', 'x', 'a.b.c', 'gms_x', `${'x'.repeat(9000)}.a.b`])('%p is no token', async (text) => {
  await using owner = await startOwner();
  expect((await setUp(owner).refusal(text)).code).toBe('NotPermitted');
});
