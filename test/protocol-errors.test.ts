import { expect, test } from 'bun:test';
import { failures, type FailureCode } from '../src/core/failure.ts';
import { ComposedServer, type SignInOptions } from './support/composed-server.ts';
import { makeTestKey } from './support/proof.ts';
import { documentedRows } from './support/protocol-page.ts';

const origin = 'https://library.example';
const url = 'https://sync.example.com/authenticate';

/** Signs in with a new key, wrong in the one way that is given. */
async function signIn(server: ComposedServer, wrong: Partial<SignInOptions> = {}): Promise<Response> {
  return server.signIn({ key: await makeTestKey(), origin, ...wrong });
}

/** What makes the server answer each row of the table, as the row says it. */
const causes: Readonly<Record<string, (server: ComposedServer) => Promise<Response>>> = {
  InvalidRequest: (server) => signIn(server, { members: { lexiconAuthorityDomain: 'Library' } }),
  async use_dpop_nonce(server) {
    const key = await makeTestKey();
    const jwt = await server.owner.serviceJwt({ aud: 'did:web:sync.example.com' });
    const dpop = await server.prove(key, jwt, { nonce: undefined });
    return signIn(server, { key, headers: { authorization: `Bearer ${jwt}`, dpop } });
  },
  invalid_dpop_proof: (server) => signIn(server, { headers: { dpop: 'not a proof' } }),
  async ApprovalRequired(server) {
    const asked = signIn(server);
    await server.nextApproval();
    server.clock.advance(50_000);
    return asked;
  },
  async NotPermitted(server) {
    const asked = signIn(server);
    server.groundmist.core.access.deny(await server.nextApproval());
    return asked;
  },
  TlsRequired: (server) => signIn(server, { headers: { 'x-forwarded-proto': 'http' } }),
  NotFound: (server) => server.fetch(new Request(`${url}/x`, { method: 'POST' })),
  MethodNotAllowed: (server) => server.fetch(new Request(url)),
  PayloadTooLarge: (server) => signIn(server, { body: 'x'.repeat(16 * 1024 + 1) }),
  async RateLimited(server) {
    const held = [];
    for (let count = 0; count < 3; count += 1) {
      held.push(signIn(server));
      await server.nextApproval();
    }
    const answer = await signIn(server);
    server.clock.advance(50_000);
    await Promise.all(held);
    return answer;
  },
  async Stopping(server) {
    const asked = signIn(server);
    await server.nextApproval();
    server.groundmist.core.access.stopHolding();
    return asked;
  },
  async IdentityUnresolved(server) {
    server.owner.outage(true);
    return signIn(server);
  },
};

/** Those that take a broken disk, a full memory or a fault of ours, and how each is made is another test's. */
const withoutCause = ['Busy', 'StoreUnavailable', 'Internal'];

const rows = documentedRows('When it is a no').flatMap(([statuses = '', errors = '']) => {
  const [first = '', ...others] = statuses.split(', ');
  return errors.split(', ').map((error, index) => [error, Number(others[index - 1] ?? first)] as const);
});

test('the table of errors has each of these, and no other', () => {
  const documented = new Set(rows.map(([error]) => error));
  expect(documented).toEqual(new Set([...Object.keys(causes), ...withoutCause]));
});

test.each(rows.filter(([error]) => !withoutCause.includes(error)))(
  '%s is a %d, and says so in the documented form',
  async (error, status) => {
    await using server = await ComposedServer.start();
    const answer = await causes[error]?.(server);
    expect(answer?.status).toBe(status);
    const body = (await answer?.json()) as Readonly<Record<string, unknown>>;
    expect(body).toMatchObject({ error, message: expect.stringMatching(/^.*\.$/) });
    const mustWait = status === 429 || status === 503;
    expect(answer?.headers.has('retry-after')).toBe(mustWait);
    expect(String(answer?.headers.get('www-authenticate'))).not.toContain('invalid_token');
  },
);

test.each(rows.filter(([error]) => withoutCause.includes(error)))('%s is a %d', (error, status) => {
  expect<number>(failures[error as FailureCode].status).toBe(status);
});
