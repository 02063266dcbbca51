import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { startPds, type Pds } from '../../support/pds.ts';
import { rejectionOf } from '../../support/rejection.ts';
import { host, publish, readRecord, record, rewrite } from '../../support/publish-to.ts';

/** A bound for what hangs: other processes answer here. */
setDefaultTimeout(60_000);

const started = await startPds();
const isSkipped = 'skipped' in started;
if (isSkipped) console.warn(started.skipped);
const pds = started as Pds;
afterAll(async () => {
  if (!isSkipped) await pds.close();
});

describe.skipIf(isSkipped)('with the reference PDS', () => {
  test('an app password from the environment publishes the record, which anybody can read', async () => {
    const account = await pds.createAccount();
    const environment = { ATPROTO_APP_PASSWORD: await account.createAppPassword() };
    const outcome = await publish(pds, account, {}, { environment });
    const uri = `at://${account.did}/xyz.groundmist.sync/${account.did}`;
    const at = { did: account.did, pds: pds.pdsUrl, uri };
    const cid = expect.any(String);
    const replaces = { publishedHost: null, replaces: null };
    expect(outcome).toEqual({ kind: 'published', ...at, host, record, cid, ...replaces });
    expect(await readRecord(pds, account)).toMatchObject({ uri, value: record });
    expect(await publish(pds, account, { show: true })).toEqual({
      kind: 'shown',
      ...at,
      state: 'this-server',
      isPublished: true,
      host,
      record,
      cid,
    });
  });

  test('publishing again writes nothing and asks for no password', async () => {
    const account = await pds.createAccount();
    const environment = { ATPROTO_APP_PASSWORD: await account.createAppPassword() };
    const first = await publish(pds, account, {}, { environment });
    const again = await publish(pds, account, {});
    expect(again).toMatchObject({ kind: 'unchanged', host, record, cid: (first as { cid: string }).cid });
    expect(await publish(pds, account, { dryRun: true })).toMatchObject({ isChange: false });
  });

  test('a record with the host alone, as older versions wrote, is completed', async () => {
    const account = await pds.createAccount();
    await rewrite(pds, account, { $type: 'xyz.groundmist.sync', host });
    const environment = { ATPROTO_APP_PASSWORD: await account.createAppPassword() };
    expect(await publish(pds, account, {}, { environment })).toMatchObject({
      kind: 'published',
      replaces: { host },
    });
    expect(await readRecord(pds, account)).toMatchObject({ value: record });
  });

  test('what another app wrote meanwhile is named, and replaced when told so', async () => {
    const account = await pds.createAccount();
    const input = `${await account.createAppPassword()}\n`;
    await publish(pds, account, { passwordStdin: true }, { input });
    const theirs = { $type: 'xyz.groundmist.sync', host: 'elsewhere.example.com', note: 'mine now' };
    await rewrite(pds, account, theirs);
    expect(await publish(pds, account, { dryRun: true })).toMatchObject({
      kind: 'dry-run',
      isChange: true,
      host,
      publishedHost: 'elsewhere.example.com',
      replaces: theirs,
    });
    const notes: string[] = [];
    const heard = (note: string): void => void notes.push(note);
    await publish(pds, account, { passwordStdin: true }, { input, heard });
    expect(notes.join('\n')).toMatch(/in place of\n +host +elsewhere\.example\.com\n +note +mine now/);
    expect(await readRecord(pds, account)).toMatchObject({ value: record });
  });

  test('a record that changes while the password is typed is left as it is', async () => {
    const account = await pds.createAccount();
    const input = await account.createAppPassword();
    for (const options of [{}, { remove: true }]) {
      const theirs = { $type: 'xyz.groundmist.sync', host: 'elsewhere.example.com', ...options };
      const beforeInput = (): Promise<void> => rewrite(pds, account, theirs);
      const error = await rejectionOf(
        publish(pds, account, { ...options, passwordStdin: true }, { input, beforeInput }),
      );
      expect(error).toMatchObject({ code: 'RecordChanged', kind: { exit: 5 } });
      expect(await readRecord(pds, account)).toMatchObject({ value: theirs });
    }
  });

  test('a dry run writes nothing', async () => {
    const account = await pds.createAccount();
    expect(await publish(pds, account, { dryRun: true })).toMatchObject({
      kind: 'dry-run',
      isChange: true,
      record,
      publishedHost: null,
      replaces: null,
    });
    expect(await publish(pds, account, { show: true })).toMatchObject({ isPublished: false, host: null });
  });

  test('a wrong password, and one of another account, are refused logins and write nothing', async () => {
    const [account, other] = [await pds.createAccount(), await pds.createAccount()];
    for (const ATPROTO_APP_PASSWORD of ['wrong', await other.createAppPassword(), other.password]) {
      const error = await rejectionOf(publish(pds, account, {}, { environment: { ATPROTO_APP_PASSWORD } }));
      expect(error).toMatchObject({ code: 'LoginRefused', kind: { exit: 4 } });
      expect(error.message).toContain(account.did);
      expect(error.message).not.toContain(ATPROTO_APP_PASSWORD);
    }
    expect(await publish(pds, account, { show: true })).toMatchObject({ isPublished: false });
  });

  test('no session stays open, neither after success nor after failure', async () => {
    const account = await pds.createAccount();
    const password = await account.createAppPassword();
    const { did: identifier } = account;
    await pds.call('com.atproto.server.createSession', { body: { identifier, password } });
    expect(await pds.countAppSessions(account)).toBe(1);
    const input = password;
    await publish(pds, account, { passwordStdin: true }, { input });
    await publish(pds, account, { remove: true, passwordStdin: true }, { input });
    const beforeInput = (): Promise<void> => rewrite(pds, account, { $type: 'xyz.groundmist.sync', host });
    await rejectionOf(publish(pds, account, { passwordStdin: true }, { input, beforeInput }));
    const other = await pds.createAccount();
    const ATPROTO_APP_PASSWORD = await other.createAppPassword();
    await rejectionOf(publish(pds, account, { remove: true }, { environment: { ATPROTO_APP_PASSWORD } }));
    expect(await pds.countAppSessions(account)).toBe(1);
    expect(await pds.countAppSessions(other)).toBe(0);
  });

  test('the record is removed, also one that names no usable host, and no password is needed where there is none', async () => {
    const account = await pds.createAccount();
    expect(await publish(pds, account, { remove: true })).toMatchObject({
      kind: 'removed',
      wasPublished: false,
      removed: null,
    });
    const theirs = { $type: 'xyz.groundmist.sync', host: 'https://x/' };
    await rewrite(pds, account, theirs);
    expect(await publish(pds, account, { show: true })).toMatchObject({
      isPublished: true,
      host: null,
      record: theirs,
    });
    const environment = { ATPROTO_APP_PASSWORD: await account.createAppPassword() };
    expect(await publish(pds, account, { remove: true }, { environment })).toMatchObject({
      wasPublished: true,
      removed: theirs,
    });
    expect((await rejectionOf(readRecord(pds, account))).message).toContain('RecordNotFound');
  });
});
