import { expect, test } from 'bun:test';
import type { Core } from '../../../src/core/core.ts';
import { syncEndpoint } from '../../../src/features/sync/endpoint.ts';
import type { Exchange } from '../../../src/platform/http.ts';
import { ComposedServer } from '../../support/composed-server.ts';
import { rejectionOf } from '../../support/rejection.ts';

const exchange: Exchange = {
  requestId: 'abc123',
  address: '203.0.113.9',
  isAddressKnown: true,
  transport: { kind: 'sealed', peer: '127.0.0.1' },
  keepOpen() {},
};

async function tokenOf(server: ComposedServer): Promise<string> {
  const answer = await server.letIn();
  return String(((await answer.json()) as { readonly token: unknown }).token);
}

/** The core with hubs that open only once the promise is kept, as while stock data is imported. */
function slowToOpen({ hubs, ...core }: Core, until: Promise<void>): Core {
  const open: Core['hubs']['open'] = async (namespace) => {
    await until;
    return hubs.open(namespace);
  };
  const hasRoom: Core['hubs']['hasRoom'] = (deviceId) => hubs.hasRoom(deviceId);
  return { ...core, hubs: Object.assign(Object.create(hubs) as Core['hubs'], { open, hasRoom }) };
}

function upgradeWith(token: string): Request {
  return new Request(`https://sync.example.com/?token=${token}`);
}

test('a device revoked while its namespace was opening gets no socket', async () => {
  await using server = await ComposedServer.start();
  const { core } = server.groundmist;
  const token = await tokenOf(server);
  const opening = Promise.withResolvers<void>();
  const accepted = syncEndpoint(slowToOpen(core, opening.promise)).accept(upgradeWith(token), exchange);
  core.access.revoke(core.access.list().apps[0]?.name ?? '');
  opening.resolve();
  expect(await accepted).toBeInstanceOf(Response);
});

test('a device that may only read since then is a reader', async () => {
  await using server = await ComposedServer.start();
  const { core } = server.groundmist;
  const token = await tokenOf(server);
  const opening = Promise.withResolvers<void>();
  const accepted = syncEndpoint(slowToOpen(core, opening.promise)).accept(upgradeWith(token), exchange);
  core.access.approve(core.access.list().apps[0]?.devices[0]?.access[0]?.approvalId ?? '', {
    permission: 'read',
  });
  opening.resolve();
  expect(await accepted).toMatchObject({ session: { permission: 'read' } });
});

test.each(['', 'junk', `gms_${'A'.repeat(43)}`])(
  'the token "%s" is a 401 that opens nothing',
  async (token) => {
    await using server = await ComposedServer.start();
    const { core } = server.groundmist;
    const answer = await syncEndpoint(slowToOpen(core, new Promise(() => {}))).accept(
      upgradeWith(token),
      exchange,
    );
    expect(answer).toMatchObject({ status: 401 });
  },
);

test('a device with sixteen sockets open gets no other, and another device does', async () => {
  await using server = await ComposedServer.start();
  const { core } = server.groundmist;
  const token = await tokenOf(server);
  const other = await tokenOf(server);
  const endpoint = syncEndpoint(core);
  for (let count = 0; count < 16; count += 1) await endpoint.accept(upgradeWith(token), exchange);
  const refused = Promise.resolve(endpoint.accept(upgradeWith(token), exchange));
  expect(await rejectionOf(refused)).toMatchObject({ code: 'RateLimited' });
  expect(await endpoint.accept(upgradeWith(other), exchange)).toMatchObject({ session: {} });
});
