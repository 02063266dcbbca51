import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { makeTestKey } from '../support/proof.ts';
import { makeSigningKey, signServiceJwt, startOwner, type TestOwner } from '../support/plc.ts';
import { Served } from '../support/served.ts';
import { startVictim, type Victim } from '../support/victim.ts';

/*
 * Threat: a stranger names an address inside our network where a server looks things up, and the server asks it (SSRF).
 * Proves SECURITY.md "a stranger who makes us resolve things" and "our own requests led astray".
 */

/** A server that may reach the victim, so that only not asking keeps it from being asked. */
function startReaching(owner: TestOwner): Promise<Served> {
  const names = [owner.plcHost, `127.0.0.1:${victim.port}`, `localhost:${victim.port}`];
  return Served.start({ owner, environment: { GROUNDMIST_PRIVATE_HOSTS: names.join(',') } });
}

const audience = 'did:web:sync.example.com#groundmist_sync';

let victim: Victim;
beforeEach(() => {
  victim = startVictim();
});
afterEach(() => victim[Symbol.asyncDispose]());

/** What a stranger may write where a DID or a URL is looked for; all lead to the victim, or would if they were asked. */
function targets(): readonly string[] {
  const { port } = victim;
  return [
    `did:web:localhost%3A${port}`,
    `did:web:127.0.0.1%3A${port}`,
    `did:web:localhost%3A${port}:admin`,
    `did:web:localhost:${port}`,
    'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa',
    `http://127.0.0.1:${port}/`,
    `https://localhost:${port}/.well-known/did.json`,
    `https://0x7f.1:${port}/`,
    `https://[::ffff:7f00:1]:${port}/`,
    'http://169.254.169.254/latest/meta-data/',
    'file:///etc/passwd',
  ];
}

describe('the issuer of a service token', () => {
  test('who is not the owner is not resolved, by the directory neither', async () => {
    await using owner = await startOwner();
    await using served = await startReaching(owner);
    const stranger = await makeSigningKey('ES256K');
    for (const iss of [
      ...targets(),
      ...targets().map((target) => `${owner.did}#${target}`),
      `${owner.did}#atproto`,
    ]) {
      const key = await makeTestKey();
      const jwt = await signServiceJwt(owner.did, stranger, {
        aud: audience,
        iss,
        header: { jku: iss, x5u: iss },
      });
      const headers = { authorization: `Bearer ${jwt}`, dpop: await served.composed.prove(key, jwt) };
      expect((await served.signIn({ key, headers })).status).toBe(403);
    }
    expect(owner.requests()).toBe(0);
    expect(victim.asked).toEqual([]);
  });

  test('is not looked for where the headers of its token say', async () => {
    await using owner = await startOwner();
    await using served = await startReaching(owner);
    for (const target of targets()) {
      const key = await makeTestKey();
      const header = { jku: target, kid: target, x5u: target, iss: target };
      const jwt = await served.composed.owner.serviceJwt({ aud: audience, header });
      const headers = { authorization: `Bearer ${jwt}`, dpop: await key.sign(header, {}) };
      expect((await served.signIn({ key, headers })).status).toBe(401);
    }
    expect(victim.asked).toEqual([]);
  });
});

/** Signs in with a token of a PDS that says so of itself, beside a service token that is good. */
async function signInAs(served: Served, claims: Readonly<Record<string, unknown>>): Promise<void> {
  const { composed } = served;
  const key = await makeTestKey();
  const usual = { sub: composed.owner.did, exp: Math.floor(composed.clock.now() / 1000) + 600 };
  const parts = [{ alg: 'ES256' }, { ...usual, cnf: { jkt: key.thumbprint }, ...claims }];
  const token = [
    ...parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')),
    'AAAA',
  ].join('.');
  const serviceAuth = await composed.owner.serviceJwt({ aud: audience });
  const headers = { authorization: `DPoP ${token}`, dpop: await composed.prove(key, token) };
  const asked = served.signIn({ key, headers, members: { serviceAuth } });
  composed.groundmist.core.access.deny(await composed.nextApproval());
  await asked;
}

describe('the token of a PDS', () => {
  test('is checked with the PDS of the owner, not with the issuer it names', async () => {
    await using owner = await startOwner();
    await using served = await startReaching(owner);
    for (const iss of targets()) {
      await signInAs(served, { iss, aud: iss, client_id: 'https://app.example/client.json' });
    }
    expect(victim.asked).toEqual([]);
  });
});

// The third place: what a client id leads to, which is fetched for apps that the PDS vouches for.
describe('the client id of an app', () => {
  test('is not asked as long as nobody vouches for the app', async () => {
    await using owner = await startOwner();
    await using served = await startReaching(owner);
    for (const target of targets()) await signInAs(served, { iss: target, client_id: target });
    expect(victim.asked).toEqual([]);
  });
});

describe('the DID document of the owner', () => {
  test('of did:web is not fetched from this machine, unless that is meant', async () => {
    const did = `did:web:localhost%3A${victim.port}`;
    for (const isMeant of [false, true]) {
      await using owner = await startOwner();
      const privateHosts = isMeant ? `localhost:${victim.port}` : owner.plcHost;
      const environment = { ATPROTO_DID: did, GROUNDMIST_PRIVATE_HOSTS: privateHosts };
      await using served = await Served.start({ environment });
      const key = await makeTestKey();
      const jwt = await owner.serviceJwt({ aud: audience, iss: did });
      const headers = { authorization: `Bearer ${jwt}`, dpop: await served.composed.prove(key, jwt) };
      const { status, text } = await served.signIn({ key, headers });
      expect(status).toBe(503);
      expect(text).not.toContain('GROUNDMIST_PRIVATE_HOSTS');
      expect(victim.asked.length).toBe(isMeant ? 1 : 0);
    }
  });

  test('names a PDS on this machine: it is not asked about the token of an app', async () => {
    await using owner = await startOwner({ pdsUrl: `http://127.0.0.1:${victim.port}` });
    await using served = await Served.start({ owner });
    await signInAs(served, { iss: 'https://pds.example.com', client_id: 'https://app.example/client.json' });
    expect(owner.requests()).toBe(1);
    expect(victim.asked).toEqual([]);
  });
});
