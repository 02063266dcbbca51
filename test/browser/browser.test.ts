import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { TestClock } from '../support/clock.ts';
import { eventually } from '../support/eventually.ts';
import { answerApproval, approving, untilWaiting, waitingApprovals } from '../support/owner.ts';
import { World } from '../support/world.ts';
import type { Answered, AppPage } from './app-page.ts';
import { connect, letIn } from './let-in.ts';
import { serveSignOut } from './sign-out.ts';
import { startStage, type Stage } from './stage.ts';

setDefaultTimeout(60_000);

/** How long a request is held for the owner's answer. */
const holdMs = 50_000;
/** By how much a clock goes wrong in a proof that we refuse. */
const wrongByMs = 600_000;

const started = await startStage();
const isSkipped = 'skipped' in started;
if (isSkipped) console.warn(started.skipped);
const stage = started as Stage;
afterAll(async () => {
  if (!isSkipped) await stage[Symbol.asyncDispose]();
});

describe.skipIf(isSkipped)('pages with the libraries of 2025 and 2026, each signed in by the owner', () => {
  const signedIn = new Map<2025 | 2026, AppPage>();
  beforeAll(async () => {
    for (const generation of [2025, 2026] as const) signedIn.set(generation, await stage.signIn(generation));
  });

  describe.each([
    [2025, 2026],
    [2026, 2025],
  ] as const)('the page of %d', (generation, otherGeneration) => {
    let page: AppPage;
    let other: AppPage;
    beforeEach(async () => {
      [page, other] = [signedIn.get(generation), signedIn.get(otherGeneration)] as [AppPage, AppPage];
      await Promise.all([page.reload(), other.reload()]);
    });

    const startWorld = (clock?: TestClock) =>
      World.start({ owner: stage.account, ...(clock === undefined ? {} : { clock }) });

    test('asks which headers it may send, answers the nonce challenge, and is let in by the owner', async () => {
      await using world = await startWorld();
      const isOurs = ({ url }: { readonly url: string }) => url === `${world.url}/authenticate`;
      const answer = await approving(world, page.authenticate(world));
      expect(answer).toMatchObject({ status: 200, body: { result: 'OK', rootDocUrl: null } });
      expect(answer.headers['dpop-nonce']).toBeString();
      const traffic = page.tab.traffic.filter(isOurs);
      const requests = traffic.filter((one) => one.kind === 'request');
      expect(requests.map(({ method }) => method).toSorted()).toEqual(['OPTIONS', 'POST', 'POST']);
      const preflight = requests.find(({ method }) => method === 'OPTIONS');
      expect(preflight?.headers['access-control-request-headers']).toBe('authorization,content-type,dpop');
      const statuses = traffic.filter((one) => one.kind === 'answer').map(({ status }) => status);
      expect(new Set(statuses)).toEqual(new Set([200, 204, 401]));
    });

    test('sends nothing but what its SDK does, is vouched for by the PDS, and is let in by the owner', async () => {
      await using world = await startWorld();
      const plain = { url: world.url, audience: null };
      const before = page.tab.traffic.length;
      const asked = page.authenticate(plain);
      const id = await untilWaiting(world);
      expect(await waitingApprovals(world)).toMatchObject([{ app: { kind: 'unverified' } }]);
      await answerApproval(world, 'approve', id);
      const { status, body } = await asked;
      expect(status).toBe(200);
      await page.connect(world, body['token']);
      await page.untilConnected();
      const since = page.tab.traffic.slice(before);
      expect(since.filter(({ url }) => url.includes('getServiceAuth'))).toEqual([]);
      const again = await page.authenticate(plain);
      expect(again.status).toBe(200);
    });

    test('asks three times at once, as a first sign-in does, and needs one answer of the owner', async () => {
      await using world = await startWorld();
      const asked = [1, 2, 3].map(() => page.authenticate(world));
      await answerApproval(world, 'approve', await untilWaiting(world));
      const answers = await Promise.all(asked);
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
      expect(await waitingApprovals(world)).toEqual([]);
      await page.connect(world, answers.at(-1)?.body['token']);
      await page.untilConnected();
    });

    test('shares what it writes with the page of the other generation, on another device', async () => {
      await using world = await startWorld();
      await connect(page, world);
      const url = await page.create({ title: 'from one device' });
      await connect(other, world);
      expect(await other.find(url)).toEqual({ title: 'from one device' });
      await other.change(url, { and: 'from another' });
      const both = { title: 'from one device', and: 'from another' };
      await eventually('the edit comes back', async () => Bun.deepEquals(await page.content(url), both));
    });

    test('is let in again after a reload, and its earlier token goes on working', async () => {
      await using world = await startWorld();
      const earlier = await letIn(page, world);
      await page.connect(world, earlier);
      await page.untilConnected();
      await page.reload();
      const answer = await page.authenticate(world);
      expect(answer.status).toBe(200);
      expect(answer.body['token']).not.toBe(earlier);
      await page.connect(world, answer.body['token']);
      await page.untilConnected();
      const tab = await page.openAnother();
      await tab.connect(world, earlier);
      await tab.untilConnected();
      const url = await page.create({ written: 'after the reload' });
      expect(await tab.find(url)).toEqual({ written: 'after the reload' });
      await tab.tab.close();
    });

    test('comes back with the same URL when the server restarts, and goes on syncing', async () => {
      await using world = await startWorld();
      await connect(page, world);
      await connect(other, world);
      const url = await page.create({ written: 'before' });
      await other.find(url);
      const before = page.tab.traffic.length;
      await world.stopServer();
      await Promise.all([page.untilDisconnected(), other.untilDisconnected()]);
      await page.change(url, { offline: true });
      await world.startServer();
      await Promise.all([page.untilConnected(), other.untilConnected()]);
      const merged = { written: 'before', offline: true };
      await eventually('the edit arrives', async () => Bun.deepEquals(await other.content(url), merged));
      const since = page.tab.traffic.slice(before);
      expect(new Set(since.map(({ kind }) => kind))).toEqual(new Set(['socket']));
      expect(new Set(since.map((one) => one.url)).size).toBe(1);
    });

    test('stays whole when the owner takes its access back', async () => {
      await using world = await startWorld();
      await connect(page, world);
      const [app] = world.groundmist.core.access.list().apps;
      world.groundmist.core.access.revoke(String(app?.devices[0]?.id));
      await page.untilDisconnected();
      const countSockets = () => page.tab.traffic.filter(({ kind }) => kind === 'socket').length;
      const before = countSockets();
      await eventually('the page knocks again, twice', () => countSockets() > before + 1);
      expect(await page.tab.evaluate('app.peerCount')).toBe(0);
      const asked = page.authenticate(world);
      const id = await untilWaiting(world);
      await answerApproval(world, 'deny', id);
      expect(await asked).toMatchObject({ status: 403, body: { error: 'NotPermitted' } });
      expect(await page.pdsStatus()).toBe(200);
      expect(await page.content(await page.create({ kept: 'here' }))).toEqual({ kept: 'here' });
    });

    describe('stays signed in at the PDS, also after a reload, when we answer', () => {
      async function expectRefusal(
        asked: Promise<Answered>,
        status: number,
        error: string,
      ): Promise<Answered> {
        const answer = await asked;
        expect(answer).toMatchObject({ status, body: { error } });
        expect(await page.pdsStatus()).toBe(200);
        return answer;
      }
      const expectSignedIn = async () => {
        await page.reload();
        expect(await page.did()).toBe(stage.account.did);
        expect(await page.pdsStatus()).toBe(200);
      };

      test('401 to a proof of a clock that is wrong', async () => {
        const clock = new TestClock();
        await using world = await startWorld(clock);
        clock.advance(wrongByMs);
        const answer = await expectRefusal(page.authenticate(world), 401, 'invalid_dpop_proof');
        expect(answer.headers['www-authenticate']).toContain('error="invalid_dpop_proof"');
        await expectSignedIn();
      });

      test('403 after the owner’s no', async () => {
        await using world = await startWorld();
        const asked = page.authenticate(world);
        const id = await untilWaiting(world);
        await answerApproval(world, 'deny', id);
        await expectRefusal(asked, 403, 'NotPermitted');
        await expectSignedIn();
      });

      test('403 when the owner does not answer, and 429 when too much waits', async () => {
        const clock = new TestClock();
        await using world = await startWorld(clock);
        const held = ['one', 'two', 'three'].map((name) => page.authenticate(world, `com.example.${name}`));
        await eventually('three wait', async () => (await waitingApprovals(world)).length === held.length);
        const answer = await expectRefusal(page.authenticate(world, 'com.example.four'), 429, 'RateLimited');
        expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
        clock.advance(holdMs);
        for (const asked of held) await expectRefusal(asked, 403, 'ApprovalRequired');
        await expectSignedIn();
      });
    });
  });

  test.each([2025, 2026] as const)(
    'are signed out by an answer that we never give: 401 invalid_token (%d)',
    async (generation) => {
      using server = serveSignOut();
      const page = await stage.signIn(generation);
      const elsewhere = { url: server.url.origin, audience: 'did:web:sync.example.com#groundmist_sync' };
      await page.authenticate(elsewhere).catch(() => undefined);
      await page.reload();
      expect(await page.did()).toBeNull();
    },
  );
});
