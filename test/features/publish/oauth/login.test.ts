import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { run } from '../../../../src/features/publish/command.ts';
import { Cancelled } from '../../../../src/platform/cancelled.ts';
import { runCommand } from '../../../support/command.ts';
import { FakeAuthorizationServer } from '../../../support/fake-authorization-server.ts';
import { startFakePds, type FakePds } from '../../../support/fake-pds.ts';
import { rejectionOf } from '../../../support/rejection.ts';

const resourcePath = '/.well-known/oauth-protected-resource';
const putRecord = 'com.atproto.repo.putRecord';
const stranger = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa';

let pds: FakePds;
let server: FakeAuthorizationServer;
let resource: Record<string, unknown>;
let interruption: AbortController;
beforeEach(async () => {
  interruption = new AbortController();
  server = new FakeAuthorizationServer(() => pds.owner.did);
  pds = await startFakePds({
    [resourcePath]: () => Response.json(resource),
    'com.atproto.server.createSession': () => new Response(null, { status: 500 }),
  });
  resource = { resource: `http://${pds.host}`, authorization_servers: [server.issuer] };
});
afterEach(async () => {
  await Promise.all([pds[Symbol.asyncDispose](), server[Symbol.asyncDispose]()]);
});

type Redirect = Parameters<FakeAuthorizationServer['redirect']>[0];

/** `groundmist publish --oauth` while the browser is sent back, with `more` beside or in place of the usual. */
async function publish(more: Redirect = {}, privateHosts = [pds.host, pds.owner.plcHost, server.host]) {
  let visit: Promise<string> = Promise.resolve('');
  const heard = (note: string): void => {
    if (note.includes('/authorize?')) visit = fetch(server.redirect(more)).then((page) => page.text());
  };
  const environment = { ...pds.environment(), GROUNDMIST_PRIVATE_HOSTS: privateHosts.join(',') };
  const options = { skipCheck: true, oauth: true };
  const { signal } = interruption;
  const { results, notes } = await runCommand(run, { options, environment, heard, signal });
  return { results: results.join('\n'), notes: notes.join('\n'), page: await visit };
}

test('an authorization server on another host than the PDS is asked, for this one right, and signed out of', async () => {
  const { results, notes } = await publish();
  expect(results).toContain('Published sync.example.com');
  expect(Object.fromEntries(server.pushed[0] ?? [])).toMatchObject({
    scope: 'atproto repo:xyz.groundmist.sync',
    response_type: 'code',
    code_challenge_method: 'S256',
    login_hint: 'owner.test',
    redirect_uri: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/callback$/),
    client_id: expect.stringMatching(/^http:\/\/localhost\?redirect_uri=http%3A%2F%2F127\.0\.0\.1/),
  });
  expect(server.revoked).toEqual(['secret-access']);
  expect(notes + results).not.toContain('secret-');
});

test('a sign-out that is not confirmed is said, and what was written stays so', async () => {
  server.keepsSessions = true;
  const { results, notes } = await publish();
  expect(results).toContain('Published');
  expect(notes).toContain('did not confirm the sign-out');
  expect(notes + results).not.toContain('secret-');
});

test('a stray request to the callback changes nothing', async () => {
  let strayPage = '';
  const heard = (note: string): void => {
    if (!note.includes('/authorize?')) return;
    void fetch(server.redirect({ state: 'guessed', code: 'evil' }))
      .then((answer) => answer.text())
      .then((page) => (strayPage = page))
      .then(() => fetch(server.redirect()));
  };
  const environment = {
    ...pds.environment(),
    GROUNDMIST_PRIVATE_HOSTS: `${pds.host},${pds.owner.plcHost},${server.host}`,
  };
  const { results } = await runCommand(run, {
    options: { skipCheck: true, oauth: true },
    environment,
    heard,
  });
  expect(results.join()).toContain('Published');
  expect(strayPage).toContain('This is not the answer');
});

describe('nothing is written where', () => {
  afterEach(() => expect(pds.called).not.toContain(putRecord));

  test('the person says no', async () => {
    const error = await rejectionOf(publish({ code: undefined, error: 'access_denied' }));
    expect(error).toMatchObject({ code: 'LoginRefused' });
    expect(error.message).toContain('You did not allow it');
  });

  test('the authorization server has another complaint, which commands no terminal', async () => {
    const error = await rejectionOf(
      publish({ code: undefined, error: 'server_error', error_description: 'so\u001b[2J sorry' }),
    );
    expect(error).toMatchObject({ code: 'LoginRefused' });
    expect(error.message).toContain('so [2J sorry');
    expect(error.message).not.toMatch(/\p{C}/u);
  });

  test.each([
    ['another issuer', 'https://evil.example.com'],
    ['no issuer', undefined],
  ])('the answer is from %s (RFC 9207)', async (_what, iss) => {
    const error = await rejectionOf(publish({ iss }));
    expect(error).toMatchObject({ code: 'LoginRefused' });
    expect(error.message).toMatch(/Issuer mismatch|iss missing/);
    expect(server.revoked).toEqual([]);
  });

  test('the token is somebody else’s, which is revoked', async () => {
    server.token = { sub: stranger };
    const error = await rejectionOf(publish());
    expect(error).toMatchObject({ code: 'LoginRefused' });
    expect(error.message).toContain(stranger);
    expect(server.revoked).toEqual(['secret-access']);
  });

  test('Ctrl-C comes while the code is exchanged; what came of that is revoked', async () => {
    server.exchanging = () => interruption.abort(new Cancelled('SIGINT'));
    expect(await rejectionOf(publish())).toBeInstanceOf(Cancelled);
    expect(server.revoked).toEqual(['secret-access']);
  });

  test('the authorization server does not answer for this PDS', async () => {
    server.metadata = { protected_resources: ['https://pds.example.com'] };
    const error = await rejectionOf(publish());
    expect(error).toMatchObject({ code: 'PdsUnavailable' });
    expect(error.message).toContain('not protected by issuer');
    expect(server.pushed).toEqual([]);
  });

  test.each(['javascript:alert(1)', 'file:///etc/passwd', 'http://evil.example.com/authorize'])(
    'the person would be sent to %s',
    async (endpoint) => {
      server.metadata = { authorization_endpoint: endpoint };
      const error = await rejectionOf(publish());
      expect(error).toMatchObject({ code: 'PdsUnavailable' });
    },
  );

  test('the authorization server calls itself another one', async () => {
    server.metadata = { issuer: 'https://evil.example.com' };
    const error = await rejectionOf(publish());
    expect(error.message).toContain('Invalid issuer https://evil.example.com');
    expect(server.pushed).toEqual([]);
  });

  test('the PDS speaks for another one, or for several authorization servers', async () => {
    for (const more of [
      { resource: 'https://evil.example.com' },
      { authorization_servers: [server.issuer, 'https://evil.example.com'] },
    ]) {
      resource = { resource: `http://${pds.host}`, authorization_servers: [server.issuer], ...more };
      expect(await rejectionOf(publish())).toMatchObject({ code: 'PdsUnavailable' });
    }
    expect(server.pushed).toEqual([]);
  });

  test('the authorization server is at a private address that nobody named', async () => {
    const error = await rejectionOf(publish({}, [pds.host, pds.owner.plcHost]));
    expect(error).toMatchObject({ code: 'PdsUnavailable' });
    expect(error.message).toContain(`A request to ${server.host} is not allowed`);
    expect(error.message).toContain('name it in GROUNDMIST_PRIVATE_HOSTS');
    expect(server.pushed).toEqual([]);
  });

  test('the PDS has no OAuth', async () => {
    resource = {};
    const error = await rejectionOf(publish());
    expect(error.message).toContain('with an app password');
  });

  test('the authorization server knows no right for one kind of record', async () => {
    server.refusal = () =>
      Response.json({ error: 'invalid_scope', error_description: 'Scope repo: unknown' }, { status: 400 });
    const error = await rejectionOf(publish());
    expect(error).toMatchObject({ code: 'LoginRefused' });
    expect(error.message).toContain('does not know the permission');
  });

  test('it was asked too often', async () => {
    server.refusal = () => Response.json({ error: 'slow_down' }, { status: 429 });
    expect(await rejectionOf(publish())).toMatchObject({ code: 'RateLimited', kind: { exit: 5 } });
  });
});
