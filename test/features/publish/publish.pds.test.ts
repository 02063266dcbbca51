import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { run } from '../../../src/features/publish/command.ts';
import { runCommand, type CommandRun } from '../../support/command.ts';
import { startPds, type Pds, type PdsAccount } from '../../support/pds.ts';
import { rejectionOf } from '../../support/rejection.ts';

/** A bound for what hangs: other processes answer here. */
setDefaultTimeout(60_000);

const started = await startPds();
const isSkipped = 'skipped' in started;
if (isSkipped) console.warn(started.skipped);
const pds = started as Pds;
afterAll(async () => {
  if (!isSkipped) await pds.close();
});

/** `groundmist publish …` for a server of `account` that does not run now. */
function publish(account: PdsAccount, options: CommandRun['options'], more: CommandRun = {}) {
  return runCommand(run, {
    ...more,
    options: { skipCheck: true, ...options, json: true },
    environment: {
      ATPROTO_DID: account.did,
      GROUNDMIST_HOST: 'sync.example.com',
      GROUNDMIST_PLC_URL: pds.plcUrl,
      GROUNDMIST_PRIVATE_HOSTS: pds.privateHosts.join(','),
      ...more.environment,
    },
  }).then(({ results }): unknown => JSON.parse(results.join('\n')));
}

function readRecord(account: PdsAccount): Promise<unknown> {
  const { did } = account;
  return pds.call('com.atproto.repo.getRecord', {
    query: { repo: did, collection: 'xyz.groundmist.sync', rkey: did },
  });
}

describe.skipIf(isSkipped)('with the reference PDS', () => {
  test('an app password from the environment publishes the record, which anybody can read', async () => {
    const account = await pds.createAccount();
    const environment = { ATPROTO_APP_PASSWORD: await account.createAppPassword() };
    const outcome = await publish(account, {}, { environment });
    expect(outcome).toMatchObject({ kind: 'published', did: account.did, pds: pds.pdsUrl });
    expect(await readRecord(account)).toMatchObject({
      uri: `at://${account.did}/xyz.groundmist.sync/${account.did}`,
      value: { $type: 'xyz.groundmist.sync', host: 'sync.example.com' },
    });
    expect(await publish(account, { show: true })).toEqual({
      kind: 'shown',
      did: account.did,
      pds: pds.pdsUrl,
      isPublished: true,
      host: 'sync.example.com',
    });
  });

  test('a password from standard input publishes a new host over the old one', async () => {
    const account = await pds.createAccount();
    const input = `${await account.createAppPassword()}\n`;
    await publish(account, { passwordStdin: true }, { input });
    const environment = { GROUNDMIST_HOST: 'new.example.com' };
    expect(await publish(account, { dryRun: true }, { environment })).toMatchObject({
      kind: 'dry-run',
      host: 'new.example.com',
      publishedHost: 'sync.example.com',
    });
    await publish(account, { passwordStdin: true }, { input, environment });
    expect(await publish(account, { show: true })).toMatchObject({ host: 'new.example.com' });
  });

  test('a dry run writes nothing', async () => {
    const account = await pds.createAccount();
    expect(await publish(account, { dryRun: true })).toMatchObject({ kind: 'dry-run', publishedHost: null });
    expect(await publish(account, { show: true })).toMatchObject({ isPublished: false, host: null });
  });

  test('a wrong password, and one of another account, are refused logins and write nothing', async () => {
    const [account, other] = [await pds.createAccount(), await pds.createAccount()];
    for (const ATPROTO_APP_PASSWORD of ['wrong', await other.createAppPassword(), other.password]) {
      const error = await rejectionOf(publish(account, {}, { environment: { ATPROTO_APP_PASSWORD } }));
      expect(error).toMatchObject({ code: 'LoginRefused', kind: { exit: 4 } });
      expect(error.message).toContain(account.did);
      expect(error.message).not.toContain(ATPROTO_APP_PASSWORD);
    }
    expect(await publish(account, { show: true })).toMatchObject({ isPublished: false });
  });

  test('the record is removed, also one that names no usable host, and no password is needed where there is none', async () => {
    const account = await pds.createAccount();
    expect(await publish(account, { remove: true })).toMatchObject({ kind: 'removed', wasPublished: false });
    await pds.call('com.atproto.repo.putRecord', {
      accessJwt: account.accessJwt,
      body: {
        repo: account.did,
        collection: 'xyz.groundmist.sync',
        rkey: account.did,
        record: { $type: 'xyz.groundmist.sync', host: 'https://x/' },
      },
    });
    expect(await publish(account, { show: true })).toMatchObject({ isPublished: true, host: null });
    const environment = { ATPROTO_APP_PASSWORD: await account.createAppPassword() };
    expect(await publish(account, { remove: true }, { environment })).toMatchObject({ wasPublished: true });
    expect((await rejectionOf(readRecord(account))).message).toContain('RecordNotFound');
  });
});
