import { expect, test } from 'bun:test';
import { Failure } from '../../../src/core/failure.ts';
import { credentialsOf, library, ownerDid, startAccess } from '../../support/access.ts';
import { rejectionOf } from '../../support/rejection.ts';

const app = credentialsOf('app');

test('a new key is held until the owner says yes, then gets its session', async () => {
  const { access, sessions, clock, told, ask, waitingIds } = startAccess();
  const asked = ask(app);
  const [id = ''] = waitingIds();
  expect(id).toMatch(/^[0-9a-hjkmnp-tv-z]{6}$/);
  access.approve(id, { permission: 'read-write' });
  const admission = await asked;
  if (admission.kind !== 'admitted') throw new Error(admission.kind);
  expect(sessions.verify(admission.syncToken, app.origin, clock.now())).toMatchObject({
    namespace: library,
    permission: 'read-write',
    deviceId: access.list().apps[0]?.devices[0]?.id,
  });
  expect(told).toEqual([
    ['approvalRequested', { id, namespace: library, app: 'https://app.example', kind: 'unverified' }],
    ['approvalAnswered', { id, namespace: library, answer: 'approved' }],
  ]);
});

test('an approved key is let in at once, with a session of its own each time', async () => {
  const { ask, letIn, waitingIds } = startAccess();
  const first = await letIn(app);
  const again = await ask(app);
  expect(again).toMatchObject({ kind: 'admitted' });
  expect(again).not.toMatchObject({ syncToken: first.syncToken });
  expect(waitingIds()).toEqual([]);
});

test('after 50 s without an answer the app hears which approval it waits for', async () => {
  const { clock, ask, waitingIds } = startAccess();
  const asked = ask(app);
  const [id = ''] = waitingIds();
  clock.advance(49_999);
  expect(clock.pendingCount).toBe(1);
  clock.advance(1);
  expect(await asked).toEqual({ kind: 'waiting', approvalId: id });
});

test('an app that hung up is held no longer', async () => {
  const { clock, ask, waitingIds } = startAccess();
  const controller = new AbortController();
  const asked = ask(app, { signal: controller.signal });
  controller.abort();
  expect(await asked).toEqual({ kind: 'waiting', approvalId: waitingIds()[0] ?? '' });
  expect(clock.pendingCount).toBe(0);
});

test('a server that stops tells those who wait to ask again, also who comes only now, and forgets no question', async () => {
  const { access, ask, waitingIds } = startAccess();
  const waiting = [ask(credentialsOf('one')), ask(credentialsOf('two'))];
  access.stopHolding();
  waiting.push(ask(credentialsOf('three')));
  for (const one of waiting) expect(await rejectionOf(one)).toHaveProperty('code', 'Stopping');
  expect(waitingIds()).toHaveLength(3);
});

test('an app that hung up before it was heard is not held', async () => {
  const { clock, ask } = startAccess();
  expect(await ask(app, { signal: AbortSignal.abort() })).toMatchObject({ kind: 'waiting' });
  expect(clock.pendingCount).toBe(0);
});

test('an app that hung up just before the yes gets no session that nobody would hear of', async () => {
  const { access, sessions, ask, waitingIds } = startAccess();
  const controller = new AbortController();
  const asked = ask(app, { signal: controller.signal });
  controller.abort();
  access.approve(waitingIds()[0] ?? '', { permission: 'read-write' });
  expect(await asked).toMatchObject({ kind: 'waiting' });
  expect(sessions.usesByDevice().size).toBe(0);
});

test('repeated questions of one key join, and one answer answers all', async () => {
  const { access, told, ask, waitingIds } = startAccess();
  const asked = [ask(app), ask(app), ask(app)];
  expect(waitingIds()).toHaveLength(1);
  access.approve(waitingIds()[0] ?? '', { permission: 'read-write' });
  const kinds = (await Promise.all(asked)).map((one) => one.kind);
  expect(kinds).toEqual(['admitted', 'admitted', 'admitted']);
  expect(told.filter(([name]) => name === 'approvalRequested')).toHaveLength(1);
});

test('another namespace, also a nearby one, is another question', async () => {
  const { letIn, ask, waitingIds, clock } = startAccess();
  await letIn(app);
  const asked = ask(app, { namespace: 'xyz.groundmist' });
  expect(waitingIds()).toHaveLength(1);
  clock.advance(50_000);
  expect(await asked).toMatchObject({ kind: 'waiting' });
});

test('a no is heard at once, and for ten minutes without asking again', async () => {
  const { access, clock, told, ask, waitingIds } = startAccess();
  const asked = ask(app);
  access.deny(waitingIds()[0] ?? '');
  expect(await asked).toMatchObject({ kind: 'refused' });
  clock.advance(599_999);
  expect(await ask(app)).toMatchObject({ kind: 'refused' });
  expect(told.map(([name]) => name)).toEqual(['approvalRequested', 'approvalAnswered']);
  clock.advance(1);
  void ask(app);
  expect(waitingIds()).toHaveLength(1);
});

test('a question expires after ten minutes and can no longer be answered', async () => {
  const { access, clock, ask, waitingIds } = startAccess();
  void ask(app);
  const [id = ''] = waitingIds();
  clock.advance(600_000);
  expect(waitingIds()).toEqual([]);
  expect(() => access.approve(id, { permission: 'read' })).toThrow(
    'it may have waited more than ten minutes',
  );
  expect(() => access.deny(id)).toThrow(Failure);
});

test('asking again does not lengthen the life of a question', async () => {
  const { clock, ask, waitingIds } = startAccess();
  void ask(app);
  clock.advance(599_000);
  void ask(app);
  clock.advance(1000);
  expect(waitingIds()).toEqual([]);
});

test('a yes cannot become a no; it is revoked', async () => {
  const { access, letIn } = startAccess();
  await letIn(app);
  const id = access.list().apps[0]?.devices[0]?.access[0]?.approvalId ?? '';
  expect(() => access.deny(id)).toThrow('groundmist app revoke');
});

test('an account that is not proven lets an approved key in and nobody else', async () => {
  const { ask, letIn, waitingIds } = startAccess();
  const refusal = new Failure('IdentityUnresolved', 'down');
  const unproven = { account: { did: ownerDid, isProven: false, refusal } } as const;
  await letIn(app);
  expect(await ask({ ...app, ...unproven })).toMatchObject({ kind: 'admitted' });
  expect(await rejectionOf(ask(credentialsOf('other', unproven)))).toBe(refusal);
  void ask(credentialsOf('third'));
  expect(await rejectionOf(ask(credentialsOf('third', unproven)))).toBe(refusal);
  expect(waitingIds()).toHaveLength(1);
});

test('where nothing can be written, apps and the owner are told that it is the disk', async () => {
  const { access, database, ask, letIn, waitingIds } = startAccess();
  await letIn(app);
  const held = ask(credentialsOf('waiting'));
  const [id = ''] = waitingIds();
  database.run('PRAGMA query_only = ON');
  const unavailable = { code: 'StoreUnavailable' };
  expect(await rejectionOf(ask(app))).toMatchObject(unavailable);
  expect(await rejectionOf(ask(credentialsOf('new')))).toMatchObject(unavailable);
  expect(() => access.approve(id, { permission: 'read' })).toThrow('The control database cannot be used');
  expect(() => access.deny(id)).toThrow('make room on the disk');
  expect(await held).toMatchObject({ kind: 'refused' });
  database.run('PRAGMA query_only = OFF');
  expect(waitingIds()).toEqual([]);
});

test('each app is listed under the name that it had when it asked, also where two show one Origin', async () => {
  const { access, clock, letIn } = startAccess();
  const origin = 'https://library.example';
  const names = ['https://library.example/client.json', 'http://localhost/other'];
  for (const says of names) {
    await letIn(credentialsOf(says, { origin, app: { kind: 'unverified', says } }));
    clock.advance(1);
  }
  expect(access.list().apps.map(({ name }) => name)).toEqual(names);
  expect(access.revoke(names[1] ?? '')).toHaveLength(1);
  expect(access.list().apps.map(({ name }) => name)).toEqual(names.slice(0, 1));
});
