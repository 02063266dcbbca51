import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { run as publish } from '../../src/features/publish/command.ts';
import { TestApp } from '../support/app.ts';
import { runCommand } from '../support/command.ts';
import { eventually } from '../support/eventually.ts';
import { OAuthApp } from '../support/oauth-app.ts';
import { approving } from '../support/owner.ts';
import { startPds, type Pds, type PdsAccount } from '../support/pds.ts';
import { connectStock, type Generation } from '../support/stock-client.ts';
import { World } from '../support/world.ts';

/** A bound for what hangs: other processes answer here. */
setDefaultTimeout(60_000);

const namespace = 'xyz.groundmist.library';
const method = 'xyz.groundmist.sync.authenticate';

const started = await startPds();
const isSkipped = 'skipped' in started;
if (isSkipped) console.warn(started.skipped);
const pds = started as Pds;
afterAll(async () => {
  if (!isSkipped) await pds.close();
});

describe.skipIf(isSkipped)('a server whose owner has an account at the reference PDS', () => {
  let account: PdsAccount;
  let world: World;
  beforeAll(async () => {
    account = await pds.createAccount();
    world = await World.start({ owner: account });
  });
  afterAll(async () => {
    await world[Symbol.asyncDispose]();
  });

  /** What the owner approved, as a stock client of this generation, connected. */
  async function connect(generation: Generation, syncToken: unknown) {
    const client = connectStock(generation, `${world.url.replace('http', 'ws')}/?token=${String(syncToken)}`);
    await client.ready();
    return client;
  }

  test('lets apps in with either form of service JWT, after the owner’s yes, and they sync', async () => {
    const bearer = await TestApp.create(account);
    const first = await approving(world, bearer.authenticate(world.url, { namespace }));
    expect(first).toMatchObject({ status: 200, body: { result: 'OK', rootDocUrl: null } });

    await using browser = await OAuthApp.signIn(pds, account, {
      sdk: 2025,
      scope: 'atproto transition:generic',
    });
    const serviceAuth = await browser.serviceJwt({ aud: world.audience, lxm: method });
    const body = { lexiconAuthorityDomain: namespace, rootDocUrl: null, serviceAuth };
    const second = await approving(world, browser.post(`${world.url}/authenticate`, body));
    expect(second).toMatchObject({ status: 200, body: { result: 'OK', rootDocUrl: null } });

    const author = await connect('1.2.1', first.body['token']);
    const written = author.create({ title: 'written by 1.2.1' });
    const reader = await connect('2.5.6', second.body['token']);
    const found = await reader.find(written.url);
    found.change((content) => void (content['and'] = 'by 2.5.6'));
    const both = { title: 'written by 1.2.1', and: 'by 2.5.6' };
    await eventually('the writer sees the edit', () => Bun.deepEquals(written.content(), both));
    for (const client of [author, reader]) client.close();
  });

  test('is published where any app looks for it, and found there', async () => {
    const environment = { ...world.environment(), ATPROTO_APP_PASSWORD: await account.createAppPassword() };
    await runCommand(publish, { environment });
    const record = await pds.call('com.atproto.repo.getRecord', {
      query: { repo: account.did, collection: 'xyz.groundmist.sync', rkey: account.did },
    });
    const host = new URL(world.url).host;
    expect(record).toMatchObject({ value: { $type: 'xyz.groundmist.sync', host } });
    const found = await fetch(`http://${host}/.well-known/did.json`);
    expect(await found.json()).toMatchObject({ service: [{ serviceEndpoint: world.url }] });
  });

  test('asks the owner about nobody who shows another account’s service JWT', async () => {
    const stranger = await pds.createAccount();
    const answer = await (await TestApp.create(stranger)).authenticate(world.url, { namespace });
    expect(answer).toMatchObject({ status: 403, body: { error: 'NotPermitted' } });
    expect(world.groundmist.core.access.list().approvals).toEqual([]);
  });
});

describe.skipIf(isSkipped)('when the key in the owner’s DID document changes', () => {
  test.each(['ES256K', 'ES256'] as const)(
    '%s: the new key is accepted, the old one refused',
    async (algorithm) => {
      const account = await pds.createAccount();
      await using world = await World.start({ owner: account });
      const before = await TestApp.create(account);
      await world.admit(namespace, before);
      const after = await TestApp.create(await pds.rotate(account, algorithm));
      await world.admit(namespace, after);
      // In its namespace its DPoP key alone is enough.
      expect(await before.authenticate(world.url, { namespace: 'com.example.other' })).toMatchObject({
        status: 403,
        body: { error: 'NotPermitted' },
      });
    },
  );
});
