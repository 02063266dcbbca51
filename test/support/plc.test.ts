import { expect, test } from 'bun:test';
import { ServiceJwtVerifier } from '@atcute/xrpc-server/auth';
import { PlcDidDocumentResolver } from '@atcute/identity-resolver';
import { startOwner, type Algorithm, type TestOwner } from './plc.ts';
import { rejectionOf } from './rejection.ts';

const lxm = 'xyz.groundmist.sync.authenticate';
const audience = 'did:web:sync.example.com#groundmist_sync';

function verify(owner: TestOwner, jwt: string) {
  const resolver = new PlcDidDocumentResolver({ apiUrl: owner.plcUrl });
  const verifier = new ServiceJwtVerifier({ acceptAudiences: [audience], resolver });
  const request = new Request('http://x/', { headers: { authorization: `Bearer ${jwt}` } });
  return verifier.verifyRequest(request, { lxm });
}

test.each<Algorithm>(['ES256K', 'ES256'])(
  'an %s owner signs service JWTs that an atproto library accepts, also after a rotation',
  async (algorithm) => {
    await using owner = await startOwner({ algorithm });
    const before = await owner.serviceJwt({ aud: audience });
    expect(await verify(owner, before)).toMatchObject({ issuer: owner.did, lxm });
    await owner.rotate();
    expect((await rejectionOf(verify(owner, before))).message).toContain('signature');
    const after = await owner.serviceJwt({ aud: audience });
    expect(await verify(owner, after)).toMatchObject({ issuer: owner.did, lxm });
  },
);

test('claims and header can be replaced and left out', async () => {
  await using owner = await startOwner();
  const jwt = await owner.serviceJwt({ aud: audience, jti: undefined, iss: 'x', header: { typ: 'at+jwt' } });
  const [header, claims] = jwt
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()));
  expect(header).toEqual({ typ: 'at+jwt', alg: 'ES256K' });
  expect(claims).toMatchObject({ aud: audience, iss: 'x', lxm });
  expect('jti' in claims).toBe(false);
});

test('the directory counts requests, has outages and knows nobody else', async () => {
  await using owner = await startOwner();
  const ask = async (did: string) => (await fetch(`${owner.plcUrl}/${did}`)).status;
  expect(await ask(owner.did)).toBe(200);
  expect(await ask('did:plc:aaaaaaaaaaaaaaaaaaaaaaaa')).toBe(404);
  owner.outage(true);
  expect(await ask(owner.did)).toBe(503);
  owner.outage(false);
  expect(await ask(owner.did)).toBe(200);
  expect(owner.requests()).toBe(4);
});
