import { expect, test } from 'bun:test';
import { Audit } from '../../../src/core/auth/audit.ts';
import { Failure } from '../../../src/core/failure.ts';
import { parseNamespace } from '../../../src/core/lexicon/namespace.ts';
import {
  admitted,
  credentialsOf,
  library,
  ownerDid,
  startAccess,
  type StartedAccess,
} from '../../support/access.ts';
import { rejectionOf } from '../../support/rejection.ts';

const clientId = 'https://app.example/client.json';
const app = { kind: 'vouched', clientId } as const;
const laptop = credentialsOf('laptop', { app });
const phone = credentialsOf('phone', { app });

async function remember({ access, ask }: StartedAccess, permission: 'read' | 'read-write') {
  const asked = ask(laptop);
  const question = access.list().approvals.find(({ thumbprint }) => thumbprint === 'laptop');
  access.approve(question?.id ?? '', { permission, remember: true });
  return admitted(await asked);
}

test('later keys of a remembered app come in without a question, as devices of their own', async () => {
  const started = startAccess();
  await remember(started, 'read');
  const { access, sessions, clock, database, ask, waitingIds, told } = started;
  const { syncToken } = admitted(await ask(phone));
  expect(waitingIds()).toEqual([]);
  expect(sessions.verify(syncToken, phone.origin, clock.now())?.permission).toBe('read');
  const { apps } = access.list();
  expect(apps).toMatchObject([
    { kind: 'vouched', name: clientId, remembered: [{ namespace: library, permission: 'read' }] },
  ]);
  expect(apps[0]?.devices).toHaveLength(2);
  const deviceId = apps[0]?.devices.find(({ thumbprint }) => thumbprint === 'phone')?.id;
  expect(told.at(-1)).toEqual(['rememberedAdmitted', { deviceId, namespace: library, app: clientId }]);
  const events = new Audit(database).list(10).map(({ event }) => event);
  expect(events).toEqual([
    'admitted',
    'admitted-remembered',
    'admitted',
    'remembered',
    'approved',
    'requested',
  ]);
});

test('devices of an app that wait while it is remembered come in with it, and no other app hears of it', async () => {
  const started = startAccess();
  const { clock, ask, waitingIds } = started;
  const asked = ask(phone);
  const elsewhere = ask(phone, { namespace: 'xyz.groundmist.notebook' });
  void elsewhere.then(() => expect.unreachable());
  void ask(credentialsOf('other')).then(() => expect.unreachable());
  const waiting = waitingIds().length;
  await remember(started, 'read-write');
  admitted(await asked);
  expect(waitingIds()).toHaveLength(waiting - 1);
  expect(clock.pendingCount).toBe(2);
});

test('without --remember the next key asks', async () => {
  const { ask, letIn, waitingIds } = startAccess();
  await letIn(laptop);
  void ask(phone);
  expect(waitingIds()).toHaveLength(1);
});

test('another namespace, another app and one that only says it is it still ask', async () => {
  const started = startAccess();
  await remember(started, 'read-write');
  const { ask, waitingIds } = started;
  void ask(phone, { namespace: 'xyz.groundmist.notebook' });
  void ask(credentialsOf('a', { app: { kind: 'vouched', clientId: 'https://app.example/other.json' } }));
  void ask(credentialsOf('b', { app: { kind: 'unverified', says: clientId } }));
  expect(waitingIds()).toHaveLength(3);
});

test('an app whose account is not proven is not let in for being remembered', async () => {
  const started = startAccess();
  await remember(started, 'read-write');
  const refusal = new Failure('IdentityUnresolved', 'down');
  const unproven = { ...phone, account: { did: ownerDid, isProven: false, refusal } } as const;
  expect(await rejectionOf(started.ask(unproven))).toBe(refusal);
});

test('an app that nobody vouches for cannot be remembered, and is not approved by trying', () => {
  const { access, ask, waitingIds } = startAccess();
  void ask(credentialsOf('laptop'));
  const [id = ''] = waitingIds();
  expect(() => access.approve(id, { permission: 'read', remember: true })).toThrow('--remember');
  expect(waitingIds()).toEqual([id]);
});

test('revoking the app ends it', async () => {
  const started = startAccess();
  await remember(started, 'read-write');
  const { access, ask, waitingIds } = started;
  access.revoke(clientId);
  expect(access.list().apps).toEqual([]);
  void ask(phone);
  expect(waitingIds()).toHaveLength(1);
});

test('revoking a device keeps that one key out and the app remembered', async () => {
  const started = startAccess();
  await remember(started, 'read-write');
  const { access, ask, waitingIds } = started;
  access.revoke(access.list().apps[0]?.devices[0]?.id ?? '');
  expect(access.list().apps).toMatchObject([
    { name: clientId, devices: [], remembered: [{ namespace: library }] },
  ]);
  void ask(laptop);
  expect(waitingIds()).toHaveLength(1);
  expect(await ask(phone)).toMatchObject({ kind: 'admitted' });
});

test('a remembered app without a device can be revoked by its name', async () => {
  const started = startAccess();
  await remember(started, 'read-write');
  const { access } = started;
  access.revoke(access.list().apps[0]?.devices[0]?.id ?? '');
  expect(access.revoke(clientId)).toEqual([]);
  expect(access.list().apps).toEqual([]);
  expect(() => access.revoke(clientId)).toThrow('groundmist app list');
});

test('what is remembered outlives a restart', async () => {
  const started = startAccess();
  await remember(started, 'read-write');
  const { ask } = startAccess({ database: started.database, clock: started.clock });
  expect(await ask(phone)).toMatchObject({ kind: 'admitted' });
});

test('a no to one key counts more than what is remembered of its app', async () => {
  const started = startAccess();
  const { access, ask, waitingIds } = started;
  const asked = ask(phone);
  access.deny(waitingIds()[0] ?? '');
  await asked;
  await remember(started, 'read-write');
  expect(await ask(phone)).toMatchObject({ kind: 'refused' });
});

test('a yes to one key, given while it was proving who it is, counts more than what is remembered', async () => {
  const started = startAccess();
  const { access, clock, sessions, ask, waitingIds } = started;
  void ask(phone);
  access.approve(waitingIds()[0] ?? '', { permission: 'read' });
  await remember(started, 'read-write');
  const wish = { namespace: parseNamespace(library), rootDocumentUrl: undefined };
  const { syncToken } = admitted(await access.ask(phone, wish, new AbortController().signal));
  expect(sessions.verify(syncToken, phone.origin, clock.now())?.permission).toBe('read');
});
