import { describe, expect, test } from 'bun:test';
import { approve } from '../../src/features/app/answer-command.ts';
import { makeTestKey } from '../support/proof.ts';
import { RawPeer } from '../support/raw-peer.ts';
import { Served } from '../support/served.ts';

/*
 * Threat: what a stranger writes into a name, an id or a header begins a line of its own in the log, or commands the
 * terminal in which the owner reads it. Proves SECURITY.md "control characters in names and content".
 */

const line = 'EVIL groundmist app approve zzzzzz';
/** Everything that JSON can carry: line ends, ANSI and C1 commands, marks that turn text around, placeholders of the log. */
const hostile = `x\r\n${line}\n\u001b[2J\u001b]0;owned\u0007\u009b31m\u202e\u2066\u2028${line}\u0085${line} {id}{{`;
/** What of that a header of HTTP can carry: its bytes are latin1, so marks come as those of UTF-8. */
const hostileHeader = 'https://x.example\u009b2J\u0085\t\u00e2\u0080\u00ae{id}\u007f';
const bareHeaders = ['\u001b[2J', '\u0000', '\u0007', 'a\rb', 'a\nX-Other: b'];

function expectNoCommands(text: string): void {
  expect(text).not.toMatch(/[^\P{Cc}\n]|\p{Bidi_Control}|[\u2028\u2029\ufeff]/u);
  for (const one of text.split('\n')) expect(one.trimStart()).not.toStartWith('EVIL');
}

/** A token of a PDS, as its app would send it, that says such a name; nobody vouches for it. */
function pdsToken(served: Served, thumbprint: string): string {
  const claims = {
    sub: served.composed.owner.did,
    client_id: hostile,
    iss: hostile,
    cnf: { jkt: thumbprint },
  };
  const parts = [
    { alg: 'HS256', typ: 'at+jwt', kid: hostile },
    { ...claims, scope: hostile },
  ];
  return [...parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')), 'AAAA'].join('.');
}

/** Two apps ask under hostile names, one is let in and syncs; what is refused is tried too. */
async function intrude(served: Served): Promise<void> {
  const { composed } = served;
  const audience = 'did:web:sync.example.com#groundmist_sync';
  const headers = { 'user-agent': hostileHeader, 'x-forwarded-for': `${hostileHeader}, 203.0.113.9` };
  for (const origin of [hostileHeader, undefined]) {
    const key = await makeTestKey();
    const token = pdsToken(served, key.thumbprint);
    const proof = { authorization: `DPoP ${token}`, dpop: await composed.prove(key, token) };
    const serviceAuth = await composed.owner.serviceJwt({
      aud: audience,
      jti: `${key.thumbprint}${hostile}`,
    });
    void served.signIn({ key, headers: { ...headers, ...proof, origin }, members: { serviceAuth } });
    const id = await composed.nextApproval();
    if (origin !== undefined) composed.groundmist.core.access.approve(id, { permission: 'read-write' });
  }
  const key = await makeTestKey();
  for (const members of [
    { lexiconAuthorityDomain: hostile },
    { rootDocUrl: hostile },
    { serviceAuth: hostile },
  ]) {
    expect((await served.signIn({ key, members, headers })).status).toBe(400);
  }
  for (const value of bareHeaders) await served.signIn({ key, headers: { 'user-agent': value } });
  const peer = await RawPeer.join(await served.admit(), hostile.slice(0, 250));
  peer.send({ type: hostile, senderId: hostile });
  await peer.closing();
}

describe('names, ids and headers with line ends, terminal commands and marks that turn text around', () => {
  test.each([
    ['text', true],
    ['JSON', false],
  ])('begin no line and command nothing in a log of %s', async (_format, isWatched) => {
    await using served = await Served.start({ isWatched });
    await intrude(served);
    const shape = isWatched
      ? /^(?:Listening|Owner|Next|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z )/
      : /^\{.*\}$/;
    const lines = served.stderr.trimEnd().split('\n');
    expect(lines.filter((one) => !shape.test(one))).toEqual([]);
    const logged = lines.filter((one) => one.includes('asks to sync'));
    expect(logged.length).toBe(3);
    expect(logged[0]).toContain('{id}{{');
    expectNoCommands(served.stderr);
    if (isWatched) return;
    const [first] = logged.map((one) => JSON.parse(one) as { readonly fields: { readonly app: string } });
    expect(first?.fields.app).toBe(hostile.slice(0, 300));
  });

  test.each([
    ['a table', {}],
    ['JSON', { json: true }],
  ])('command nothing in what `app list` prints as %s', async (_format, options) => {
    await using served = await Served.start();
    await intrude(served);
    const printed = await served.run(undefined, { options });
    expect(printed).toContain('203.0.113.9');
    expectNoCommands(printed);
  });

  test('command nothing in what `app approve` prints', async () => {
    await using served = await Served.start();
    await intrude(served);
    const [waiting] = served.composed.groundmist.core.access.list().approvals;
    const printed = await served.run(approve, { arguments: { id: waiting?.id } });
    expect(printed).toContain('may read and write xyz.groundmist.library');
    expectNoCommands(printed);
  });
});
