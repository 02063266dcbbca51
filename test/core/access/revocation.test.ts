import { expect, test } from 'bun:test';
import { credentialsOf, startAccess } from '../../support/access.ts';

const app = credentialsOf('app');
const sameApp = credentialsOf('second', { origin: 'https://app.example', app: app.app });
const other = credentialsOf('other');

test('revoking a device ends its sessions, tells it, and its key waits again', async () => {
  const { access, sessions, clock, told, ask, letIn, waitingIds } = startAccess();
  const { syncToken } = await letIn(app);
  clock.advance(1);
  const { syncToken: untouched } = await letIn(sameApp);
  const deviceId = access.list().apps[0]?.devices[0]?.id ?? '';
  expect(access.revoke(deviceId)).toEqual([deviceId]);
  expect(sessions.verify(syncToken, app.origin, clock.now())).toBeUndefined();
  expect(sessions.verify(untouched, app.origin, clock.now())).toBeDefined();
  expect(told.at(-1)).toEqual(['deviceRevoked', { deviceId }]);
  void ask(app);
  expect(waitingIds()).toHaveLength(1);
});

test('a revoked key loses every namespace', async () => {
  const { access, ask, letIn, waitingIds } = startAccess();
  await letIn(app);
  await letIn(app, { namespace: 'xyz.groundmist.notebook' });
  access.revoke(access.list().apps[0]?.devices[0]?.id ?? '');
  void ask(app);
  void ask(app, { namespace: 'xyz.groundmist.notebook' });
  expect(waitingIds()).toHaveLength(2);
});

test('a revoked key that is approved again comes back under its device id', async () => {
  const { access, letIn } = startAccess();
  await letIn(app);
  const deviceId = access.list().apps[0]?.devices[0]?.id ?? '';
  access.revoke(deviceId);
  await letIn(app);
  expect(access.list().apps[0]?.devices[0]?.id).toBe(deviceId);
});

test('revoking an app by its name cuts all its devices off and no other app', async () => {
  const { access, letIn } = startAccess();
  for (const credentials of [app, sameApp, other]) await letIn(credentials);
  expect(access.revoke('https://app.example')).toHaveLength(2);
  expect(access.list().apps.map((one) => one.name)).toEqual(['https://other.example']);
});

test('a name that is not listed is not found, also one already revoked', async () => {
  const { access, letIn } = startAccess();
  expect(() => access.revoke('https://app.example')).toThrow('groundmist app list');
  await letIn(app);
  access.revoke('https://app.example');
  expect(() => access.revoke('https://app.example')).toThrow('groundmist app list');
});

test('on a full disk a revocation still cuts off, and says that it is not written', async () => {
  const { access, sessions, clock, database, told, ask, letIn } = startAccess();
  const { syncToken } = await letIn(app);
  database.run('PRAGMA query_only = ON');
  expect(() => access.revoke('https://app.example')).toThrow('make room on the disk');
  database.run('PRAGMA query_only = OFF');
  expect(told.at(-1)?.[0]).toBe('deviceRevoked');
  expect(sessions.verify(syncToken, app.origin, clock.now())).toBeUndefined();
  expect(await ask(app)).toEqual({ kind: 'refused', reason: expect.stringContaining('revoked') });
});

test('on a full disk every device of a revoked app is cut off, not the first alone', async () => {
  const { access, sessions, clock, database, told, letIn } = startAccess();
  const tokens = [(await letIn(app)).syncToken, (await letIn(sameApp)).syncToken];
  const devices = access.list().apps[0]?.devices.map(({ id }) => id) ?? [];
  database.run('PRAGMA query_only = ON');
  expect(() => access.revoke('https://app.example')).toThrow('make room on the disk');
  database.run('PRAGMA query_only = OFF');
  const cutOff = told.flatMap(([name, event]) => (name === 'deviceRevoked' ? [event] : []));
  expect(cutOff).toEqual(devices.map((deviceId) => ({ deviceId })));
  for (const token of tokens) expect(sessions.verify(token, app.origin, clock.now())).toBeUndefined();
});

test('what a revoked device still asked for is answered at once, with a no that names no question', async () => {
  const { access, clock, ask, letIn } = startAccess();
  await letIn(app);
  const asked = ask(app, { namespace: 'xyz.groundmist.notebook' });
  access.revoke('https://app.example');
  expect(await asked).toEqual({ kind: 'refused', reason: expect.stringContaining('revoked') });
  expect(clock.pendingCount).toBe(0);
});

test('a changed permission reaches the sessions there are, and live sockets are told to close', async () => {
  const { access, sessions, clock, told, letIn } = startAccess();
  const { syncToken } = await letIn(app);
  const device = access.list().apps[0]?.devices[0];
  const id = device?.access[0]?.approvalId ?? '';
  access.approve(id, { permission: 'read-write' });
  expect(told.some(([name]) => name === 'deviceRevoked')).toBe(false);
  access.approve(id, { permission: 'read' });
  expect(told).toContainEqual(['deviceRevoked', { deviceId: device?.id }]);
  expect(sessions.verify(syncToken, app.origin, clock.now())?.permission).toBe('read');
  expect(access.list().apps[0]?.devices[0]?.access[0]?.permission).toBe('read');
});
