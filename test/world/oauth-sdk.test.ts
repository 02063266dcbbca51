import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { TestClock } from '../support/clock.ts';
import { eventually } from '../support/eventually.ts';
import { OAuthApp, type OAuthAppOptions } from '../support/oauth-app.ts';
import { answerApproval, approving, waitingApprovals } from '../support/owner.ts';
import { startPds, type Pds, type PdsAccount } from '../support/pds.ts';
import { World } from '../support/world.ts';

/** A bound for what hangs: other processes answer here. */
setDefaultTimeout(60_000);

const method = 'xyz.groundmist.sync.authenticate';
/** How long a request is held for the owner's answer. */
const holdMs = 50_000;

const started = await startPds();
const isSkipped = 'skipped' in started;
if (isSkipped) console.warn(started.skipped);
const pds = started as Pds;
afterAll(async () => {
  if (!isSkipped) await pds.close();
});

const apps: readonly OAuthAppOptions[] = [
  { sdk: 2025, scope: 'atproto transition:generic' },
  { sdk: 2026, scope: 'atproto transition:generic' },
  { sdk: 2026, scope: `atproto rpc:${method}?aud=*` },
];

describe.skipIf(isSkipped).each([...apps])(
  'an app with the SDK of $sdk and the scope "$scope"',
  (options) => {
    let account: PdsAccount;
    let clock: TestClock;
    let world: World;
    let app: OAuthApp;
    beforeAll(async () => {
      account = await pds.createAccount();
      clock = new TestClock();
      world = await World.start({ owner: account, clock });
      app = await OAuthApp.signIn(pds, account, options);
    });
    afterAll(async () => {
      await app[Symbol.asyncDispose]();
      await world[Symbol.asyncDispose]();
    });

    const serviceAuth = (aud = world.audience) => app.serviceJwt({ aud, lxm: method });

    /** `POST /authenticate` through the SDK's session. */
    function authenticate(members: Readonly<Record<string, unknown>>, baseUrl = world.url) {
      const usual = { lexiconAuthorityDomain: 'xyz.groundmist.library', rootDocUrl: null };
      return app.post(`${baseUrl}/authenticate`, { ...usual, ...members });
    }

    test('is let in by the owner and asks for no more than once', async () => {
      const asked = authenticate({ serviceAuth: await serviceAuth() });
      expect(await approving(world, asked)).toMatchObject({ status: 200, body: { result: 'OK' } });
      expect(await authenticate({ serviceAuth: await serviceAuth() })).toMatchObject({ status: 200 });
    });

    test('is let in with nothing but what its SDK sends: the PDS vouches for the account', async () => {
      const asked = authenticate({ lexiconAuthorityDomain: 'com.example.plain' });
      const [waiting] = await eventually('the app waits', async () => {
        const all = await waitingApprovals(world);
        return all.length > 0 && all;
      });
      // Loopback apps name nobody, whoever vouches for them.
      expect(waiting?.app).toMatchObject({
        kind: 'unverified',
        name: expect.stringMatching(/^http:\/\/localhost/),
      });
      expect(await approving(world, asked)).toMatchObject({ status: 200, body: { result: 'OK' } });
      expect(await app.sessionState()).toBe('kept');
    });

    describe('keeps the person signed in when we answer', () => {
      async function expectRefusal(
        answering: Promise<unknown>,
        status: number,
        error: string,
      ): Promise<void> {
        expect(await answering).toMatchObject({ status, body: { error } });
        expect(await app.sessionState()).toBe('kept');
        expect(await app.query('com.atproto.server.getSession')).toMatchObject({ status: 200 });
      }

      test('400 to what is no namespace', async () => {
        const asked = authenticate({ lexiconAuthorityDomain: '..', serviceAuth: await serviceAuth() });
        await expectRefusal(asked, 400, 'InvalidRequest');
      });

      test('401 to a proof for another URL', async () => {
        const otherName = world.url.replace('localhost', '127.0.0.1');
        const asked = authenticate({ serviceAuth: await serviceAuth() }, otherName);
        await expectRefusal(asked, 401, 'invalid_dpop_proof');
      });

      test('403 to a PDS token alone that is of another account', async () => {
        const stranger = await pds.createAccount();
        await using other = await OAuthApp.signIn(pds, stranger, options);
        const body = { lexiconAuthorityDomain: 'com.example.plain', rootDocUrl: null };
        const answer = await other.post(`${world.url}/authenticate`, body);
        expect(answer).toMatchObject({ status: 403, body: { error: 'NotPermitted' } });
        expect(await other.sessionState()).toBe('kept');
      });

      test('403 to a service JWT for another server', async () => {
        const elsewhere = await serviceAuth('did:web:sync.example.com#groundmist_sync');
        await expectRefusal(authenticate({ serviceAuth: elsewhere }), 403, 'NotPermitted');
      });

      test('403 to a service JWT that was used', async () => {
        const once = await serviceAuth();
        const first = { lexiconAuthorityDomain: 'com.example.once', serviceAuth: once };
        await approving(world, authenticate(first));
        const again = { lexiconAuthorityDomain: 'com.example.again', serviceAuth: once };
        await expectRefusal(authenticate(again), 403, 'NotPermitted');
      });

      test('403 after the owner’s no', async () => {
        const asked = authenticate({
          lexiconAuthorityDomain: 'com.example.denied',
          serviceAuth: await serviceAuth(),
        });
        const id = await eventually('the app waits', async () => (await waitingApprovals(world))[0]?.id);
        await answerApproval(world, 'deny', id);
        await expectRefusal(asked, 403, 'NotPermitted');
      });

      test('403 when the owner does not answer, and 429 when too much waits', async () => {
        const ask = async (name: string) =>
          authenticate({ lexiconAuthorityDomain: `com.example.${name}`, serviceAuth: await serviceAuth() });
        const held = ['one', 'two', 'three'].map(ask);
        await eventually('three wait', async () => (await waitingApprovals(world)).length === held.length);
        await expectRefusal(ask('four'), 429, 'RateLimited');
        clock.advance(holdMs);
        for (const asked of held) await expectRefusal(asked, 403, 'ApprovalRequired');
      });

      test('503 while the directory is down', async () => {
        const owner = { ...account, plcUrl: 'http://127.0.0.1:9', privateHosts: ['127.0.0.1:9'] };
        await using cutOff = await World.start({ owner });
        const asked = authenticate({ serviceAuth: await serviceAuth(cutOff.audience) }, cutOff.url);
        await expectRefusal(asked, 503, 'IdentityUnresolved');
      });
    });
  },
);

test.skipIf(isSkipped).each([2025, 2026] as const)(
  'the SDK of %d signs the person out over an answer that we never give: 401 invalid_token',
  async (sdk) => {
    const account = await pds.createAccount();
    await using app = await OAuthApp.signIn(pds, account, { sdk, scope: 'atproto' });
    using other = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      fetch: () => {
        const headers = { 'www-authenticate': 'DPoP error="invalid_token"' };
        return Response.json({ error: 'invalid_token' }, { status: 401, headers });
      },
    });
    await app.post(other.url.href, {}).catch(() => undefined);
    expect(await app.sessionState()).toBe('deleted');
  },
);
