import { expect, test } from 'bun:test';
import { contribute } from '../../../src/features/health/routes.ts';
import { Reports, type Report } from '../../../src/core/reports.ts';
import type { Exchange } from '../../../src/platform/http.ts';
import { TestClock } from '../../support/clock.ts';

const clock = new TestClock();
const exchange: Exchange = {
  requestId: 'abc123',
  address: '203.0.113.9',
  isAddressKnown: true,
  transport: { kind: 'sealed', peer: '203.0.113.9' },
  keepOpen() {},
};

async function ask(
  reasons: readonly string[],
  side: 'routes' | 'controls',
  path: string,
  report: Report = {},
): Promise<Response> {
  const reports = new Reports();
  reports.add(() => report);
  const core = { clock, reports, whyNotReady: () => reasons };
  const route = contribute(core)[side]?.find((one) => one.path === path);
  const request = new Request(`http://localhost${path}`);
  return (await route?.handle(request, exchange)) ?? expect.unreachable();
}

test('ready or not for anybody, and why not for the owner alone', async () => {
  expect((await ask([], 'routes', '/ready')).status).toBe(200);
  const refused = await ask(['The disk of /srv/mist is full.'], 'routes', '/ready');
  expect(refused.status).toBe(503);
  expect(await refused.text()).not.toContain('disk');
  const told = await ask(['The disk of /srv/mist is full.'], 'controls', '/ready');
  expect(await told.json()).toEqual({ reasons: ['The disk of /srv/mist is full.'], warnings: [] });
});

test('a server that is not ready is alive', async () => {
  expect((await ask(['full'], 'routes', '/health')).status).toBe(200);
});

test('how old the last backup is, which keeps no server from being ready', async () => {
  const stale = { backup: { lastAt: clock.now() - 90_500, isStale: true }, warnings: ['It is old.'] };
  const answer = await ask([], 'routes', '/ready', stale);
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({ status: 'ready', backup: { ageSeconds: 90, isStale: true } });
  const never = { backup: { lastAt: undefined, isStale: false } };
  expect(await (await ask(['full'], 'routes', '/ready', never)).json()).toEqual({
    status: 'not ready',
    backup: { ageSeconds: null, isStale: false },
  });
  expect(await (await ask([], 'controls', '/ready', stale)).json()).toEqual({
    reasons: [],
    warnings: ['It is old.'],
    backup: { ageSeconds: 90, isStale: true },
  });
});
