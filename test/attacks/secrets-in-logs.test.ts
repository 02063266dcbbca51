import { Database } from 'bun:sqlite';
import { randomBytes } from 'node:crypto';
import { from } from '@automerge/automerge';
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { parseNamespace } from '../../src/core/lexicon/namespace.ts';
import { controlDatabasePath, documentsPath } from '../../src/core/store/layout.ts';
import { findCanaries, makeCanary, type Canaries } from '../support/canaries.ts';
import { makeTestKey, type TestKey } from '../support/proof.ts';
import { RawPeer } from '../support/raw-peer.ts';
import { Served } from '../support/served.ts';
import { newDocumentId } from '../support/sync-document.ts';

/*
 * Threat: who reads the log, or a copy of it in a bug report, comes in with what stands there. Proves SECURITY.md "secrets
 * in the log, the audit and what is printed", for a server that logs all it can.
 */

const secretKey = randomBytes(32).toString('hex');
const namespace = parseNamespace('xyz.groundmist.library');
const json = { 'content-type': 'application/json' };

let served: Served;
let canaries: Record<string, string>;
beforeEach(async () => {
  canaries = { 'the secret key': secretKey };
  served = await Served.start({
    environment: { GROUNDMIST_SYNC_SECRET_KEY: secretKey, GROUNDMIST_LOG: 'debug' },
  });
});
afterEach(() => served[Symbol.asyncDispose]());

/** All that this server wrote for its owner: stderr, and the audit. */
function written(): string {
  const database = new Database(controlDatabasePath(served.composed.dataDirectory));
  const rows = database.query('SELECT * FROM audit').all();
  database.close();
  return `${served.stderr}\n${JSON.stringify(rows)}`;
}

function expectNoSecret(all: Canaries = canaries): void {
  expect(findCanaries(written(), all)).toEqual([]);
}

/** The parts of what signs a request in, each worth as much as the whole. */
function noteRequest(headers: readonly (readonly [string, string])[], body = ''): void {
  for (const [name, value] of headers) {
    if (name === 'authorization' || name === 'dpop') {
      for (const [index, part] of value.split('.').entries()) canaries[`${name}, part ${index}`] = part;
    }
  }
  const { serviceAuth } = JSON.parse(body || '{}') as { readonly serviceAuth?: string };
  if (serviceAuth !== undefined) canaries['service token in the body'] = serviceAuth;
}

async function signIn(options: Parameters<Served['composed']['makeSignIn']>[0]): Promise<string> {
  const { headers, body } = await served.composed.makeSignIn(options);
  noteRequest(headers, body.startsWith('{"lex') ? body : '');
  return (await served.ask({ start: 'POST /authenticate', headers, body })).body;
}

/** A device that is let in; what its token is, is noted. */
async function admit(given?: TestKey): Promise<string> {
  const asked = signIn({ key: given ?? (await makeTestKey()) });
  const { access } = served.composed.groundmist.core;
  access.approve(await served.composed.nextApproval(), { permission: 'read-write' });
  const { token } = JSON.parse(await asked) as { readonly token: string };
  canaries['sync token'] = token.slice('gms_'.length);
  return token;
}

function join(token: string): Promise<RawPeer> {
  return RawPeer.join(`ws://127.0.0.1:${served.port}/?token=${token}`);
}

test('signing in, well and badly, leaves no token and no proof', async () => {
  const key = await makeTestKey();
  await admit(key);
  const pdsToken = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${makeCanary().slice(7, 40)}.x`;
  const canary = (canaries['what a body says'] = makeCanary());
  const attempts: Partial<Parameters<typeof signIn>[0]>[] = [
    { headers: { dpop: undefined } },
    { headers: { dpop: `${pdsToken}x` } },
    { headers: { authorization: undefined } },
    { headers: { authorization: `Bearer ${pdsToken}` } },
    { headers: { authorization: `DPoP ${pdsToken}`, dpop: await served.composed.prove(key, pdsToken) } },
    { headers: { authorization: `Basic ${Buffer.from(canary).toString('base64')}` } },
    { headers: { 'x-forwarded-proto': 'http' } },
    { headers: { cookie: `session=${canary}`, 'x-request-id': canary } },
    { members: { serviceAuth: `${pdsToken}.${pdsToken}` } },
    { members: { rootDocUrl: canary } },
    { body: `{"token":"${canary}` },
    { body: `["${canary}"]` },
    { body: canary.repeat(1000) },
  ];
  for (const attempt of attempts) await signIn({ key, ...attempt });
  expect(written()).toContain('InvalidDpopProof');
  expectNoSecret();
});

test('sockets with their tokens in URLs leave none of them, wherever they knock', async () => {
  const token = await admit();
  const peer = await join(token);
  canaries['another token'] = makeCanary().slice(7, 43);
  for (const query of [
    `token=${token}`,
    `token=gms_${canaries['another token']}`,
    `x=${canaries['another token']}`,
  ]) {
    for (const host of ['sync.example.com', 'evil.example', 'a b']) {
      for (const path of ['/', `/nowhere/${canaries['another token']}`, '/authenticate', '/probe']) {
        const headers: [string, string][] = [
          ['Host', host],
          ['Upgrade', 'websocket'],
          ['Connection', 'Upgrade'],
        ];
        await served.ask({ start: `GET ${path}?${query}`, headers });
        await served.ask({ start: `GET ${path}?${query}`, headers: headers.slice(0, 1) });
      }
    }
  }
  peer.send({ type: `gms_${canaries['another token']}`, senderId: token });
  await peer.closing();
  expect(written()).toContain('has ended');
  expectNoSecret();
});

test('links for pairing and probes of `doctor` leave no code', async () => {
  const { core } = served.composed.groundmist;
  const { code } = core.access.pairing.begin(namespace);
  const opened = await served.composed.groundmist.control(
    new Request('http://control/probes', { method: 'POST' }),
  );
  const probe = (await opened.json()) as { readonly code: string; readonly answer: string };
  Object.assign(canaries, { 'pairing code': code, 'probe code': probe.code, 'probe answer': probe.answer });
  for (const start of [
    `GET /pair/${code}`,
    `GET /pair/${code}x`,
    `POST /pair/${code}`,
    `GET /probe?code=${probe.code}`,
  ]) {
    await served.ask({ start });
    await served.ask({ start: start.replace('GET', 'PUT') });
  }
  for (const path of [`/probes/${probe.code}`, `/nothing/${code}`]) {
    await served.composed.groundmist.control(new Request(`http://control${path}`));
  }
  expect(written()).toContain('/pair/:code');
  expectNoSecret();
});

describe('what fails inside', () => {
  /** Takes a table away from under the server, as damage would. */
  function drop(path: string, table: string): void {
    const database = new Database(path);
    database.run('PRAGMA foreign_keys = OFF');
    database.run(`DROP TABLE ${table}`);
    database.close();
  }

  test('a store that fails tells nothing of documents', async () => {
    const text = (canaries['content of a document'] = makeCanary());
    const peer = await join(await admit());
    const document = newDocumentId();
    await peer.upload(document, from({ text }));
    drop(documentsPath(served.composed.dataDirectory, namespace), 'chunk');
    void peer.upload(newDocumentId(), from({ text, [text]: text })).catch(() => {});
    await peer.closing();
    expect(written()).toContain('no such table');
    expectNoSecret();
  });

  test('a sign-in over a broken database tells nothing of who signs in', async () => {
    drop(controlDatabasePath(served.composed.dataDirectory), 'approval');
    await signIn({ key: await makeTestKey() });
    expect(written()).toContain('no such table');
    expectNoSecret();
  });

  test('an error that has all of it in its words, its causes and its fields is told without', async () => {
    const token = await admit();
    const { headers } = await served.composed.makeSignIn({ key: await makeTestKey() });
    noteRequest(headers);
    const sent = Object.fromEntries(headers);
    const url = `https://sync.example.com/?token=${token}&code=${secretKey}`;
    const said = `${JSON.stringify(sent)} ${headers.map((pair) => pair.join(': ')).join('\r\n')} ${url} ${secretKey}`;
    const cause = Object.assign(new TypeError(said), { request: { headers: sent, url: new URL(url) } });
    const fault = new Error(`${said} ${Buffer.from(secretKey).toString('base64')}`, { cause });
    const answer = served.composed.groundmist.fail(fault);
    expect(findCanaries(await answer.text(), canaries)).toEqual([]);
    const { log } = served.composed.groundmist.core;
    log.error('All of it: {sent} {error}', {
      sent,
      error: new AggregateError([fault, cause], said, { cause: fault }),
    });
    log.info(said, { nested: { deeper: [said, { authorization: secretKey }] }, url: new URL(url), ...json });
    expect(written()).toContain('[hidden]');
    expectNoSecret();
  });
});
