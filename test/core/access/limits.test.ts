import { expect, test } from 'bun:test';
import { credentialsOf, startAccess } from '../../support/access.ts';
import { rejectionOf } from '../../support/rejection.ts';

const limited = { code: 'RateLimited' };

test('ten may wait; the eleventh is turned away until one is answered', async () => {
  const { access, ask, waitingIds } = startAccess();
  for (let number = 0; number < 10; number += 1) void ask(credentialsOf(`app${number}`));
  expect(waitingIds()).toHaveLength(10);
  expect(await rejectionOf(ask(credentialsOf('late')))).toMatchObject(limited);
  access.deny(waitingIds()[0] ?? '');
  void ask(credentialsOf('late'));
  expect(waitingIds()).toHaveLength(10);
});

test('three of one Origin may wait, and others still ask', async () => {
  const { ask, waitingIds } = startAccess();
  const origin = 'https://app.example';
  for (const key of ['a', 'b', 'c']) void ask(credentialsOf(key, { origin }));
  expect(await rejectionOf(ask(credentialsOf('d', { origin })))).toMatchObject(limited);
  void ask(credentialsOf('e'));
  expect(waitingIds()).toHaveLength(4);
});

test('three of one vouched app may wait, whatever Origin they show', async () => {
  const { ask } = startAccess();
  const app = { kind: 'vouched', clientId: 'https://app.example/client.json' } as const;
  for (const key of ['a', 'b', 'c']) void ask(credentialsOf(key, { app }));
  expect(await rejectionOf(ask(credentialsOf('d', { app })))).toMatchObject(limited);
});

test('without an Origin the address is what three share', async () => {
  const { ask, waitingIds } = startAccess();
  for (const key of ['a', 'b', 'c']) void ask(credentialsOf(key, { origin: undefined }));
  expect(await rejectionOf(ask(credentialsOf('d', { origin: undefined })))).toMatchObject(limited);
  void ask(credentialsOf('e', { origin: undefined, address: '203.0.113.10' }));
  expect(waitingIds()).toHaveLength(4);
});

test('one key may wait for three namespaces', async () => {
  const { ask } = startAccess();
  for (const namespace of ['a.b', 'a.c', 'a.d']) void ask(credentialsOf('app'), { namespace });
  expect(await rejectionOf(ask(credentialsOf('app'), { namespace: 'a.e' }))).toMatchObject(limited);
});

test('sixteen requests are held; another one is turned away until one is let go', async () => {
  const { clock, ask } = startAccess();
  const held = Array.from({ length: 16 }, () => ask(credentialsOf('app')));
  expect(await rejectionOf(ask(credentialsOf('app')))).toMatchObject(limited);
  clock.advance(50_000);
  await Promise.all(held);
  void ask(credentialsOf('app'));
  expect(clock.pendingCount).toBe(1);
});

test('an expired question makes room, also in the database', async () => {
  const { clock, database, ask, waitingIds } = startAccess();
  for (let number = 0; number < 10; number += 1) void ask(credentialsOf(`app${number}`));
  clock.advance(600_000);
  void ask(credentialsOf('late'));
  expect(waitingIds()).toHaveLength(1);
  const rows = database.query<{ count: number }, []>('SELECT count(*) AS count FROM approval').get();
  expect(rows?.count).toBe(1);
});
