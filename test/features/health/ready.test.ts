import { expect, test } from 'bun:test';
import { contribute } from '../../../src/features/health/routes.ts';
import type { Exchange } from '../../../src/platform/http.ts';

const exchange: Exchange = {
  address: '203.0.113.9',
  isAddressKnown: true,
  transport: { kind: 'sealed', peer: '203.0.113.9' },
  keepOpen() {},
};

async function ask(reasons: readonly string[], side: 'routes' | 'controls', path: string): Promise<Response> {
  const route = contribute({ whyNotReady: () => reasons })[side]?.find((one) => one.path === path);
  const request = new Request(`http://localhost${path}`);
  return (await route?.handle(request, exchange)) ?? expect.unreachable();
}

test('ready or not for anybody, and why not for the owner alone', async () => {
  expect((await ask([], 'routes', '/ready')).status).toBe(200);
  const refused = await ask(['The disk of /srv/mist is full.'], 'routes', '/ready');
  expect(refused.status).toBe(503);
  expect(await refused.text()).not.toContain('disk');
  const told = await ask(['The disk of /srv/mist is full.'], 'controls', '/ready');
  expect(await told.json()).toEqual({ reasons: ['The disk of /srv/mist is full.'] });
});

test('a server that is not ready is alive', async () => {
  expect((await ask(['full'], 'routes', '/health')).status).toBe(200);
});
