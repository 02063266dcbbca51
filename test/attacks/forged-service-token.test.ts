/**
 * Threat: somebody who knows the owner's DID document makes a service token without the owner's key, or has the
 * owner's PDS sign something that is no service token.
 * Proves docs/protocol.md, "The two proofs": the account is proven by a service-auth JWT from the user's PDS.
 */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { createHmac } from 'node:crypto';
import { knock, notPermitted, waitingKeys } from '../support/knock.ts';
import { startOwner, type TestOwner } from '../support/plc.ts';
import { makeTestKey } from '../support/proof.ts';
import { World } from '../support/world.ts';

let owner: TestOwner;
let world: World;
beforeAll(async () => {
  owner = await startOwner();
  world = await World.start({ owner });
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await owner.close();
});

type Header = Readonly<Record<string, unknown>>;

async function expectNothingFor(jwt: string): Promise<void> {
  const key = await makeTestKey();
  const answer = await knock(world, { key, authorization: 'DPoP opaque', serviceAuth: jwt });
  expect(answer).toMatchObject(notPermitted);
  expect(answer.body['message']).toContain('The service token is not accepted');
  expect(waitingKeys(world)).toEqual([]);
}

async function unsigned(alg: string): Promise<string> {
  const jwt = await owner.serviceJwt({ aud: world.audience, header: { alg } });
  return jwt.slice(0, jwt.lastIndexOf('.'));
}

test.each([
  ['none', ''],
  ['none', 'AA'],
  ['None', ''],
])('a token with alg %s and the signature "%s" is refused', async (alg, signature) => {
  await expectNothingFor(`${await unsigned(alg)}.${signature}`);
});

test('a token with HS256 and the public key for a secret is refused', async () => {
  const publicKey = await owner.signingKey().exportPublicKey('multikey');
  const message = await unsigned('HS256');
  const signature = createHmac('sha256', publicKey).update(message).digest('base64url');
  await expectNothingFor(`${message}.${signature}`);
});

test('a token whose claims were changed is refused', async () => {
  const [, other] = (await owner.serviceJwt({ aud: world.audience })).split('.');
  const [header, , signature] = (await owner.serviceJwt({ aud: world.audience })).split('.');
  await expectNothingFor(`${header}.${other}.${signature}`);
});

test.each<[string, Header]>([
  ['of an access token', { typ: 'at+jwt' }],
  ['of a DPoP proof', { typ: 'dpop+jwt' }],
  ['of something unknown', { typ: 'x' }],
  ['in small letters', { typ: 'jwt' }],
  ['left out', { typ: undefined }],
])('what the owner’s key signed with a typ %s is no service token', async (_name, header) => {
  await expectNothingFor(await owner.serviceJwt({ aud: world.audience, header }));
});

test.each<Header>([{ crit: ['exp'] }, { crit: [] }])(
  'a token that asks for an extension to be heeded is refused: %j',
  async (header) => {
    await expectNothingFor(await owner.serviceJwt({ aud: world.audience, header }));
  },
);

test('a token by another key of the document is refused', async () => {
  await expectNothingFor(await owner.serviceJwt({ aud: world.audience, header: { kid: '#atproto_label' } }));
});

test('a token of unheard-of length is refused', async () => {
  await expectNothingFor(await owner.serviceJwt({ aud: world.audience, more: 'x'.repeat(8192) }));
});

test.each([
  ['with a line break behind it', (jwt: string) => `${jwt}\n`],
  ['with a line break in its signature', (jwt: string) => `${jwt.slice(0, -5)}\n${jwt.slice(-5)}`],
  ['with a line break in its header', (jwt: string) => `${jwt.slice(0, 8)}\n${jwt.slice(8)}`],
  ['with a blank in front of it', (jwt: string) => ` ${jwt}`],
  ['with a letter that no header can carry', (jwt: string) => `${jwt}€`],
  ['with a NUL', (jwt: string) => `${jwt}\0`],
  ['with padding', (jwt: string) => `${jwt}==`],
])('a token %s is refused, and is no fault of ours', async (_what, change) => {
  await expectNothingFor(change(await owner.serviceJwt({ aud: world.audience })));
});
