/**
 * Threat: a service token that is genuine, but of somebody else, or made for another server or another call, is
 * shown here; or a stranger's makes this server fetch what the stranger likes.
 * Proves docs/protocol.md, "The two proofs": a service token is the owner's, with our `aud` and our `lxm`; and
 * SECURITY.md, "a stranger who makes us resolve things".
 */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { approving } from '../support/owner.ts';
import { knock, notPermitted, waitingKeys, welcome } from '../support/knock.ts';
import { signServiceJwt, startOwner, type TestOwner } from '../support/plc.ts';
import { makeTestKey } from '../support/proof.ts';
import { World } from '../support/world.ts';

let owner: TestOwner;
let world: World;
/** What a stranger's DID leads to; this server may reach it. */
let lure: Bun.Server<undefined>;
const lured: string[] = [];
beforeEach(async () => {
  lured.length = 0;
  lure = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: (request) => {
      lured.push(request.url);
      return Response.json({});
    },
  });
  owner = await startOwner();
  const privateHosts = [...owner.privateHosts, lure.url.host, `localhost:${lure.port}`];
  world = await World.start({ owner: { ...owner, privateHosts } });
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
  await owner.close();
  await lure.stop(true);
});

/** Shows the token with a new key, in both places it may come. */
async function expectNothingFor(jwt: string, reason: string): Promise<void> {
  const key = await makeTestKey();
  const shown = [{ authorization: `Bearer ${jwt}` }, { authorization: 'DPoP opaque', serviceAuth: jwt }];
  for (const one of shown) {
    const answer = await knock(world, { key, ...one });
    expect(answer).toMatchObject(notPermitted);
    expect(answer.body['message']).toContain(reason);
  }
  expect(waitingKeys(world)).toEqual([]);
  expect(owner.requests()).toBe(0);
  expect(lured).toEqual([]);
}

test('the owner’s token for us is good, in the two forms of our name', async () => {
  for (const aud of [world.audience, world.audience.split('#')[0] ?? '']) {
    const authorization = `Bearer ${await owner.serviceJwt({ aud })}`;
    const asked = knock(world, { key: await makeTestKey(), authorization });
    expect(await approving(world, asked)).toMatchObject(welcome);
  }
  expect(owner.requests()).toBe(1);
});

describe('a token of the owner', () => {
  const audiences: [name: string, of: (audience: string) => string][] = [
    ['another server', () => 'did:web:sync.example.com#groundmist_sync'],
    ['another server, by its bare name', () => 'did:web:sync.example.com'],
    ['another port of this host', () => 'did:web:localhost%3A1#groundmist_sync'],
    ['this host without its port', () => 'did:web:localhost#groundmist_sync'],
    ['another service of this host', (audience) => `${audience}2`],
    ['an empty service of this host', (audience) => audience.replace('groundmist_sync', '')],
    ['a path below this host', (audience) => audience.replace('#', ':x#')],
    ['the owner', () => 'did:plc:ewvi7nxzyoun6zhxrhs64oiz'],
  ];
  test.each(audiences)('for %s is refused', async (_name, of) => {
    await expectNothingFor(await owner.serviceJwt({ aud: of(world.audience) }), 'audience (aud)');
  });

  test('for several servers at once is refused', async () => {
    const aud = [world.audience, 'did:web:sync.example.com'] as unknown as string;
    await expectNothingFor(await owner.serviceJwt({ aud }), 'not a service-auth JWT');
  });

  test.each<[lxm: string | undefined, reason: string]>([
    ['com.atproto.repo.createRecord', '(lxm)'],
    ['xyz.groundmist.sync', '(lxm)'],
    ['xyz.groundmist.sync.authenticate2', '(lxm)'],
    ['XYZ.groundmist.sync.authenticate', '(lxm)'],
    ['*', '(lxm)'],
    ['', '(lxm)'],
    [undefined, 'not a service-auth JWT'],
  ])('for the call %p is refused', async (lxm, reason) => {
    await expectNothingFor(await owner.serviceJwt({ aud: world.audience, lxm }), reason);
  });
});

describe('a token of somebody else is refused, and nobody is asked about them:', () => {
  /** Signed with the owner's key: some PDSes have one for all their accounts. */
  const issuers: [name: string, of: () => string][] = [
    ['a neighbour whose PDS has one key for all', () => 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'],
    ['the owner with a fragment', () => `${owner.did}#atproto`],
    ['the owner with another fragment', () => `${owner.did}#groundmist_sync`],
    ['the owner with a query', () => `${owner.did}?x`],
    ['the owner in capitals', () => owner.did.toUpperCase()],
    ['nobody', () => ''],
    ['a did:web that leads to the network inside', () => `did:web:localhost%3A${lure.port}`],
    ['a did:web by its address', () => `did:web:127.0.0.1%3A${lure.port}`],
    ['an unknown method', () => `did:key:zDnaeUB9EhX9ZzF79i1FbSEAnE4i9FDryfRMcA5kbNuhaSWpJ`],
  ];
  test.each(issuers)('%s', async (_name, of) => {
    await expectNothingFor(await owner.serviceJwt({ aud: world.audience, iss: of() }), 'its iss');
  });

  test('a stranger with a key and a directory of their own', async () => {
    await using stranger = await startOwner();
    await expectNothingFor(await stranger.serviceJwt({ aud: world.audience }), 'its iss');
    expect(stranger.requests()).toBe(0);
  });
});

test('a stranger who says to be the owner is found out by the key in the owner’s document', async () => {
  await using stranger = await startOwner();
  const key = await makeTestKey();
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const forged = await signServiceJwt(owner.did, stranger.signingKey(), { aud: world.audience });
    const answer = await knock(world, { key, authorization: `Bearer ${forged}` });
    expect(answer).toMatchObject(notPermitted);
  }
  expect(waitingKeys(world)).toEqual([]);
  // The document, and once more in 30 s, for the key may be new.
  expect(owner.requests()).toBe(2);
});
