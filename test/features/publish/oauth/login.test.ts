import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { run } from '../../../../src/features/publish/command.ts';
import { Cancelled } from '../../../../src/platform/cancelled.ts';
import { runCommand } from '../../../support/command.ts';
import { FakeAuthorizationServer } from '../../../support/fake-authorization-server.ts';
import { startFakePds, type FakePds } from '../../../support/fake-pds.ts';
import { rejectionOf } from '../../../support/rejection.ts';

const resourcePath = '/.well-known/oauth-protected-resource';
const putRecord = 'com.atproto.repo.putRecord';
const leftOpen = 'A login may have been left open';
const stranger = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa';

let pds: FakePds;
let server: FakeAuthorizationServer;
let resource: Record<string, unknown>;
let interruption: AbortController;
let answers: Record<string, () => Response>;
/** All that the command said, also where it failed. */
let said: string[];
beforeEach(async () => {
  said = [];
  interruption = new AbortController();
  server = new FakeAuthorizationServer(() => pds.owner.did);
  answers = {
    [resourcePath]: () => Response.json(resource),
    'com.atproto.server.createSession': () => new Response(null, { status: 500 }),
  };
  pds = await startFakePds(answers);
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
    said.push(note);
    if (note.includes('/authorize?')) visit = fetch(server.redirect(more)).then((page) => page.text());
  };
  const environment = { ...pds.environment(), GROUNDMIST_PRIVATE_HOSTS: privateHosts.join(',') };
  const options = { skipCheck: true, oauth: true };
  const { signal } = interruption;
  const { results } = await runCommand(run, { options, environment, heard, signal });
  return { results: results.join('\n'), notes: said.join('\n'), page: await visit };
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
  expect(server.revoked).toEqual(['secret-refresh', 'secret-access']);
  expect(notes).toContain('Waiting up to 10 min for a browser on this machine.');
  expect(notes + results).not.toContain('secret-');
});

test('a sign-out that is not confirmed is said, and what was written stays so', async () => {
  server.keepsSessions = true;
  const { results, notes } = await publish();
  expect(results).toContain('Published');
  expect(notes).toContain('did not confirm the sign-out');
  expect(notes + results).not.toContain('secret-');
});

test('a PDS that takes none of the tokens leaves none of them valid', async () => {
  const headers = { 'www-authenticate': 'DPoP error="invalid_token"' };
  answers[putRecord] = () => Response.json({ error: 'InvalidToken' }, { status: 401, headers });
  await rejectionOf(publish());
  expect(server.revoked).toEqual(['secret-refresh-again', 'secret-access-again']);
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
    expect(server.revoked).toContain('secret-refresh');
    expect(said.join()).not.toContain(leftOpen);
  });

  test('the token is somebody else’s and stays valid, which is said', async () => {
    server.token = { sub: stranger };
    server.keepsSessions = true;
    expect((await rejectionOf(publish())).message).toContain(stranger);
    expect(said.join()).toContain(leftOpen);
  });

  test.each([
    ['of another kind', { token_type: 'Bearer' }],
    ['without the right to anything', { scope: 'repo:xyz.groundmist.sync' }],
  ])('the token is one %s, which is revoked', async (_what, token) => {
    server.token = token;
    const error = await rejectionOf(publish());
    expect(error).toMatchObject({ code: 'PdsUnavailable' });
    expect(error.message).toContain('what answered is not what OAuth has at that place. Log in with an app');
    expect(server.revoked).toEqual(['secret-refresh', 'secret-access']);
    expect(said.join()).not.toContain(leftOpen);
  });

  test.each([
    ['gets lost', () => new Response('bad gateway', { status: 502 })],
    ['is none', () => Response.json({ access_token: 5 })],
  ])('the answer with the token %s, so that nobody can revoke it, which is said', async (_what, lost) => {
    server.lost = lost;
    await rejectionOf(publish());
    expect(server.revoked).toEqual([]);
    expect(said.join()).toContain(leftOpen);
  });

  test('Ctrl-C comes while the code is exchanged; what came of that is revoked', async () => {
    server.exchanging = () => interruption.abort(new Cancelled('SIGINT'));
    expect(await rejectionOf(publish())).toBeInstanceOf(Cancelled);
    expect(server.revoked).toEqual(['secret-refresh', 'secret-access']);
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

  test('the authorization server describes itself in words that are no metadata, which nobody is shown', async () => {
    server.metadata = { token_endpoint: 5 };
    const error = await rejectionOf(publish());
    expect(error.message).toContain('what answered is not what OAuth has at that place');
    expect(error.message).not.toMatch(/[[{"]/);
  });

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
