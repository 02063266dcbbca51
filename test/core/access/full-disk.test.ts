import { expect, test } from 'bun:test';
import { controlTables } from '../../../src/core/access/tables.ts';
import { Audit } from '../../../src/core/auth/audit.ts';
import { Withdrawals } from '../../../src/core/auth/withdrawals.ts';
import { ReservedFile } from '../../../src/core/store/reserved-file.ts';
import { openDatabase } from '../../../src/platform/database.ts';
import { credentialsOf, startAccess, type StartedAccess } from '../../support/access.ts';
import { TestClock } from '../../support/clock.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/folder.ts';

// A database that refuses every write stands for a full disk; test/e2e/full-disk.test.ts has a real one.
const app = credentialsOf('app');
const vouched = credentialsOf('vouched', { app: { kind: 'vouched', clientId: 'https://app.example/id' } });

function start(folder: TemporaryFolder, { clock = new TestClock(), isFull = false } = {}): StartedAccess {
  const database = openDatabase(folder.at('control.sqlite'), controlTables);
  fill(database, isFull);
  const withdrawals = new Withdrawals(new ReservedFile(folder.at('withdrawals'), 4096));
  return startAccess({ database, clock, withdrawals });
}

function fill(database: StartedAccess['database'], isFull: boolean): void {
  database.run(`PRAGMA query_only = ${isFull ? 'ON' : 'OFF'}`);
}

function stop({ access, sessions, database }: StartedAccess): void {
  sessions.close();
  access.close();
  database.close(true);
}

test('a device revoked on a full disk stays out, over restarts, until there is room and after', async () => {
  using folder = temporaryFolder();
  const before = start(folder);
  const { clock } = before;
  const { syncToken } = await before.letIn(app);
  fill(before.database, true);
  const [deviceId] = before.access.revoke('https://app.example');
  expect(before.told.at(-1)).toEqual(['deviceRevoked', { deviceId }]);
  stop(before);

  const full = start(folder, { clock, isFull: true });
  expect(full.sessions.verify(syncToken, app.origin, clock.now())).toBeUndefined();
  expect(full.access.list().apps).toEqual([]);
  fill(full.database, false);
  expect(await full.ask(app)).toMatchObject({ kind: 'refused' });
  stop(full);

  const roomy = start(folder, { clock });
  expect(roomy.sessions.withdrawals.entries).toEqual([]);
  expect(roomy.sessions.verify(syncToken, app.origin, clock.now())).toBeUndefined();
  expect(new Audit(roomy.database).list(1)).toMatchObject([{ event: 'revoked' }]);
  const { syncToken: fresh } = await roomy.letIn(app);
  stop(roomy);

  const last = start(folder, { clock });
  expect(last.sessions.verify(fresh, app.origin, clock.now())).toBeDefined();
  stop(last);
});

test('once there is room it is written within half a minute, without a restart', async () => {
  using folder = temporaryFolder();
  const server = start(folder);
  await server.letIn(app);
  fill(server.database, true);
  server.access.revoke('https://app.example');
  server.clock.advance(30_000);
  expect(server.sessions.withdrawals.entries).toHaveLength(1);
  expect(server.sessions.withdrawals.delay).toStartWith('The control database cannot be used');
  fill(server.database, false);
  server.clock.advance(30_000);
  expect(server.sessions.withdrawals.entries).toEqual([]);
  expect(server.database.query('SELECT count(*) AS count FROM session').get()).toEqual({ count: 0 });
  stop(server);
});

test('a yes first writes what was taken back, so that it is not taken back itself', async () => {
  using folder = temporaryFolder();
  const server = start(folder);
  await server.letIn(app, { namespace: 'xyz.groundmist.library' });
  const asked = server.ask(app, { namespace: 'xyz.groundmist.notebook' });
  const [id = ''] = server.waitingIds();
  fill(server.database, true);
  server.access.revoke('https://app.example');
  await asked;
  expect(() => server.access.approve(id, { permission: 'read' })).toThrow('The control database cannot');
  fill(server.database, false);
  expect(() => server.access.approve(id, { permission: 'read' })).toThrow('No app waits');
  expect((await server.letIn(app)).syncToken).toStartWith('gms_');
  stop(server);
});

test('a remembered app revoked on a full disk is remembered no longer, also after a restart', async () => {
  using folder = temporaryFolder();
  const before = start(folder);
  const asked = before.ask(vouched);
  before.access.approve(before.waitingIds()[0] ?? '', { permission: 'read', remember: true });
  await asked;
  fill(before.database, true);
  before.access.revoke('https://app.example/id');
  stop(before);
  const after = start(folder, { clock: before.clock, isFull: true });
  expect(after.access.list().apps).toEqual([]);
  stop(after);
});

test('a no on a full disk answers whoever waits, and is still a no after a restart', async () => {
  using folder = temporaryFolder();
  const before = start(folder);
  const asked = before.ask(app);
  const [id = ''] = before.waitingIds();
  fill(before.database, true);
  expect(before.access.deny(id)).toMatchObject({ id, state: 'denied' });
  expect(await asked).toMatchObject({ kind: 'refused' });
  stop(before);
  const after = start(folder, { clock: before.clock, isFull: true });
  expect(after.waitingIds()).toEqual([]);
  expect(await after.ask(app)).toMatchObject({ kind: 'refused' });
  fill(after.database, false);
  after.clock.advance(30_000);
  expect(new Audit(after.database).list(1)).toMatchObject([{ event: 'denied' }]);
  stop(after);
});
