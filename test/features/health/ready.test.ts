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
  side: 'routes' | 'controls' | 'monitoring',
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

const full = 'The disk of /srv/mist is full.';

test('ready or not for anybody, and why not for the owner and who watches the server', async () => {
  expect((await ask([], 'routes', '/ready')).status).toBe(200);
  const refused = await ask([full], 'routes', '/ready');
  expect(refused.status).toBe(503);
  expect(await refused.json()).toEqual({ status: 'not ready' });
  const told = { reasons: [full], warnings: [] };
  const owners = await ask([full], 'controls', '/ready');
  expect([owners.status, await owners.json()]).toEqual([200, told]);
  const watched = await ask([full], 'monitoring', '/ready');
  expect([watched.status, await watched.json()]).toEqual([503, { status: 'not ready', ...told }]);
});

test.each(['routes', 'monitoring'] as const)('a server that is not ready is alive (%s)', async (side) => {
  expect((await ask([full], side, '/health')).status).toBe(200);
});

test('no answer is kept by a proxy', async () => {
  for (const side of ['routes', 'monitoring'] as const) {
    for (const path of ['/health', '/ready']) {
      expect((await ask([], side, path)).headers.get('cache-control')).toBe('no-store');
    }
  }
});

test('how old the last backup is, and where the record leads, is not for everybody', async () => {
  const report: Report = {
    backup: { lastAt: clock.now() - 90_500, isStale: true },
    publish: { state: 'another-host', checkedAt: clock.now() - 3_000, problem: 'It leads elsewhere.' },
    warnings: ['It is old.'],
  };
  expect(await (await ask([], 'routes', '/ready', report)).json()).toEqual({ status: 'ready' });
  const told = {
    reasons: [],
    warnings: ['It leads elsewhere.', 'It is old.'],
    backup: { ageSeconds: 90, isStale: true },
    publish: { state: 'another-host', ageSeconds: 3 },
  };
  expect(await (await ask([], 'controls', '/ready', report)).json()).toEqual(told);
  const watched = await ask([], 'monitoring', '/ready', report);
  expect([watched.status, await watched.json()]).toEqual([200, { status: 'ready', ...told }]);
});

test('a backup that was never made has no age', async () => {
  const never: Report = { backup: { lastAt: undefined, isStale: false } };
  expect(await (await ask([], 'controls', '/ready', never)).json()).toMatchObject({
    backup: { ageSeconds: null, isStale: false },
  });
});
