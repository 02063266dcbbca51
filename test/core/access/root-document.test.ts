import { expect, test } from 'bun:test';
import { credentialsOf, startAccess } from '../../support/access.ts';

const app = credentialsOf('app');
const newBrowserKey = credentialsOf('key2', { origin: app.origin, app: app.app });
const first = 'automerge:first';
const second = 'automerge:second';

test('the first root document is returned ever after, to every device of the app', async () => {
  const { letIn, ask } = startAccess();
  expect((await letIn(app)).rootDocumentUrl).toBeUndefined();
  expect(await ask(app, { rootDocumentUrl: first })).toMatchObject({ rootDocumentUrl: first });
  expect(await ask(app)).toMatchObject({ rootDocumentUrl: first });
  expect(await ask(app, { rootDocumentUrl: second })).toMatchObject({ rootDocumentUrl: first });
  expect((await letIn(newBrowserKey)).rootDocumentUrl).toBe(first);
});

test('another app and another namespace have their own', async () => {
  const { letIn } = startAccess();
  await letIn(app, { rootDocumentUrl: first });
  expect((await letIn(credentialsOf('other'))).rootDocumentUrl).toBeUndefined();
  expect((await letIn(app, { namespace: 'xyz.groundmist' })).rootDocumentUrl).toBeUndefined();
});

test('an app is known by its device where it shows no Origin', async () => {
  const { letIn, ask } = startAccess();
  const [one, two] = [
    credentialsOf('one', { origin: undefined }),
    credentialsOf('two', { origin: undefined }),
  ];
  await letIn(one, { rootDocumentUrl: first });
  expect((await letIn(two)).rootDocumentUrl).toBeUndefined();
  expect(await ask(one)).toMatchObject({ rootDocumentUrl: first });
});

test('pages without an Origin of their own, as in a sandbox, are not one app', async () => {
  const { letIn } = startAccess();
  const [one, two] = [credentialsOf('one', { origin: 'null' }), credentialsOf('two', { origin: 'null' })];
  await letIn(one, { rootDocumentUrl: first });
  expect((await letIn(two)).rootDocumentUrl).toBeUndefined();
});

test('an approved key cannot take another app’s root document by showing its Origin', async () => {
  const { letIn, ask } = startAccess();
  await letIn(app, { rootDocumentUrl: first });
  const other = credentialsOf('other');
  await letIn(other);
  expect(await ask({ ...other, origin: app.origin })).toMatchObject({ rootDocumentUrl: undefined });
});

test('nothing is kept before the owner said yes', async () => {
  const { access, ask, letIn, waitingIds } = startAccess();
  const asked = ask(app, { rootDocumentUrl: first });
  access.deny(waitingIds()[0] ?? '');
  await asked;
  expect((await letIn(newBrowserKey)).rootDocumentUrl).toBeUndefined();
});

test('a device that may only read keeps none for the others', async () => {
  const { letIn } = startAccess();
  expect((await letIn(app, { rootDocumentUrl: first }, 'read')).rootDocumentUrl).toBe(first);
  expect((await letIn(newBrowserKey)).rootDocumentUrl).toBeUndefined();
});

test('the session knows the root document', async () => {
  const { sessions, clock, letIn } = startAccess();
  const { syncToken } = await letIn(app, { rootDocumentUrl: first });
  expect(sessions.verify(syncToken, app.origin, clock.now())?.rootDocumentUrl).toBe(first);
});

test('an app is one, whether the PDS could vouch for it on a device or not', async () => {
  const { letIn } = startAccess();
  const origin = 'https://app.example';
  const claim = { kind: 'vouched', clientId: 'https://app.example/client.json' } as const;
  const namespaces = ['a.b', 'a.c'];
  for (const namespace of namespaces) {
    const rootDocumentUrl = `automerge:${namespace}`;
    const vouched = credentialsOf('laptop', { app: claim, origin });
    const unverified = credentialsOf('phone', { origin });
    const [one, other] = namespace === 'a.b' ? [vouched, unverified] : [unverified, vouched];
    await letIn(one, { namespace, rootDocumentUrl });
    expect(await letIn(other, { namespace })).toMatchObject({ rootDocumentUrl });
  }
});
