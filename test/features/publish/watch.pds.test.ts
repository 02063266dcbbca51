import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { askServer } from '../../../src/core/control.ts';
import { controlSocketPath } from '../../../src/core/store/layout.ts';
import { run as publish } from '../../../src/features/publish/command.ts';
import { run as status } from '../../../src/features/status/command.ts';
import { runCommand, type CommandRun } from '../../support/command.ts';
import { eventually } from '../../support/eventually.ts';
import { OAuthApp } from '../../support/oauth-app.ts';
import { startPds, type Pds, type PdsAccount } from '../../support/pds.ts';
import { failureOf } from '../../support/rejection.ts';
import { Served } from '../../support/served.ts';

/** A bound for what hangs: other processes answer here. */
setDefaultTimeout(60_000);

const laterMs = 12 * 60_000;

const started = await startPds();
const isSkipped = 'skipped' in started;
if (isSkipped) console.warn(started.skipped);
const pds = started as Pds;
afterAll(async () => {
  if (!isSkipped) await pds.close();
});

function environmentOf(account: PdsAccount) {
  return {
    ATPROTO_DID: account.did,
    GROUNDMIST_HOST: 'sync.example.com',
    GROUNDMIST_SYNC_SECRET_KEY: 'ab'.repeat(32),
    GROUNDMIST_PLC_URL: pds.plcUrl,
    GROUNDMIST_PRIVATE_HOSTS: pds.privateHosts.join(','),
  };
}

/** A server of `account`, its PDS the real one. */
async function serve(account: PdsAccount) {
  const served = await Served.start({ environment: environmentOf(account) });
  const socket = controlSocketPath(served.composed.dataDirectory);
  const environment = {
    ...environmentOf(account),
    DATA_DIR: served.composed.dataDirectory,
    ATPROTO_APP_PASSWORD: await account.createAppPassword(),
  };
  return {
    served,
    ready: async () => ({
      open: JSON.parse((await served.ask({ start: 'GET /ready' })).body) as unknown,
      owners: await askServer(socket, { method: 'GET', path: '/ready' }),
    }),
    publish: (options: CommandRun['options'] = {}) =>
      runCommand(publish, { options: { skipCheck: true, yes: true, ...options }, environment }),
    look: () => served.composed.clock.advance(laterMs),
    [Symbol.asyncDispose]: () => served[Symbol.asyncDispose](),
  };
}

describe.skipIf(isSkipped)('with the reference PDS', () => {
  test('a record that another app rewrites is warned of until it is published again', async () => {
    const account = await pds.createAccount();
    await using server = await serve(account);
    const { served } = server;
    const says = (text: string) => eventually(`it says ${text}`, () => served.stderr.includes(text));
    server.look();
    await says('Nothing is published');
    await server.publish();
    await says('The public record names this server: apps find it.');
    expect(await served.run(status)).toContain('published  apps find this server');

    await using app = await OAuthApp.signIn(pds, account, { sdk: 2026, scope: 'atproto transition:generic' });
    const written = await app.post('/xrpc/com.atproto.repo.putRecord', {
      repo: account.did,
      collection: 'xyz.groundmist.sync',
      rkey: account.did,
      record: { $type: 'xyz.groundmist.sync', host: 'evil.example.com' },
    });
    expect(written.status).toBe(200);
    server.look();
    const warning = 'The public record sends your apps to evil.example.com and not to this server';
    await says(warning);
    expect(await server.ready()).toMatchObject({
      open: { status: 'ready' },
      owners: { reasons: [], warnings: [expect.stringContaining(warning)] },
    });
    expect((await failureOf(served.run(status))).kind.exit).toBe(3);

    await server.publish();
    // The command has told the server.
    expect(await server.ready()).toMatchObject({ owners: { warnings: [] } });
    expect(await served.run(status)).toContain('published  apps find this server');
    expect(served.stderr.split('The public record names this server: apps find it.')).toHaveLength(3);
  });

  test('a record that another app deletes is warned of', async () => {
    const account = await pds.createAccount();
    await using server = await serve(account);
    await server.publish();
    const { did, accessJwt } = account;
    const body = { repo: did, collection: 'xyz.groundmist.sync', rkey: did };
    await pds.call('com.atproto.repo.deleteRecord', { accessJwt, body });
    server.look();
    await eventually('it warns', () => server.served.stderr.includes('The public record is gone since'));
    expect(await server.served.run(status)).toContain('! The public record is gone since');
  });

  test('an account that is deactivated is told from a PDS that is down', async () => {
    const account = await pds.createAccount();
    await using server = await serve(account);
    await server.publish();
    const { accessJwt } = account;
    await pds.call('com.atproto.server.deactivateAccount', { accessJwt, body: {} });
    server.look();
    await eventually('it warns', () => server.served.stderr.includes('Your account is deactivated at'));
    expect(await server.served.run(status)).toContain('could not be looked at since');
  });

  test('a record that is removed is told, and is no problem', async () => {
    const account = await pds.createAccount();
    await using server = await serve(account);
    await server.publish();
    expect(server.served.stderr).toContain('names this server');
    await server.publish({ remove: true });
    expect(server.served.stderr).toContain('Nothing is published');
    expect(await server.served.run(status)).toContain('published  not published');
    expect(server.served.stderr).not.toContain('is gone since');
  });
});
