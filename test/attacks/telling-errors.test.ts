import { Database } from 'bun:sqlite';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { listen } from '../../src/features/serve/listen.ts';
import { parseNamespace } from '../../src/core/lexicon/namespace.ts';
import { controlDatabasePath, controlSocketPath, documentsPath } from '../../src/core/store/layout.ts';
import { temporaryFolder } from '../support/folder.ts';
import { makeTestKey } from '../support/proof.ts';
import { askRaw, type RawAnswer, type RawRequest } from '../support/raw-request.ts';
import { RawPeer } from '../support/raw-peer.ts';
import { Served } from '../support/served.ts';
import { emptySync, newDocumentId } from '../support/sync-document.ts';

/*
 * Threat: an answer that tells a stranger how the inside looks, so that the next attack is aimed. Proves SECURITY.md
 * "errors that tell of the inside" and docs/protocol.md, When it is a no: "The body is `{ "error", "message" }`".
 */

let served: Served;
beforeEach(async () => {
  served = await Served.start();
});
afterEach(() => served[Symbol.asyncDispose]());

/** A stack, a path, a source file, SQL, a library, a version, another setting than our name. */
const inside =
  /\bat .*:\d+|\.ts\b|node_modules|\/(?:tmp|home|root|work|usr|var)\/|sqlite|select|insert|no such table|\bBun\b|\d+\.\d+\.\d+|GROUNDMIST_|DATA_DIR|ipaddr|zod|jose|<html|Error:/i;

function expectNothingInside({ status, text, body }: RawAnswer): void {
  // Random letters may spell any word.
  expect(text.replace(/^dpop-nonce: .*$/im, '')).not.toMatch(inside);
  if (status >= 400 && body !== '')
    expect(Object.keys(JSON.parse(body) as object).toSorted()).toEqual([
      'error',
      'message',
      ...(status >= 500 ? ['requestId'] : []),
    ]);
}

const json = { 'content-type': 'application/json' };

describe('a request that is wrong hears what is wrong with it and nothing else', () => {
  test.each<[string, number, RawRequest]>([
    ['no address', 404, { start: 'GET /%2e%2e/etc/passwd' }],
    ['an address in percent signs', 404, { start: 'GET /%00%ff%zz' }],
    ['another method', 405, { start: 'GET /authenticate' }],
    ['PUT, which nothing here takes', 405, { start: 'PUT /authenticate' }],
    ['no body', 400, { start: 'POST /authenticate' }],
    ['a body that is not JSON', 400, { start: 'POST /authenticate', body: '{"__proto__":' }],
    ['JSON of another form', 400, { start: 'POST /authenticate', body: '[{"toString":1}]' }],
    [
      'a namespace with SQL',
      400,
      { start: 'POST /authenticate', body: `{"lexiconAuthorityDomain":"'; --"}` },
    ],
    ['no proof', 403, { start: 'POST /authenticate', body: '{"lexiconAuthorityDomain":"xyz.groundmist"}' }],
    ['another host', 400, { start: 'GET /', headers: [['Host', 'evil.example']] }],
    ['a WebSocket elsewhere', 404, { start: 'GET /x', headers: [['Upgrade', 'websocket']] }],
    ['a WebSocket without a token', 401, { start: 'GET /', headers: [['Upgrade', 'websocket']] }],
    ['a pairing link', 404, { start: 'GET /pair/%00' }],
    ['not HTTP', 505, { start: 'NOT\u0000HTTP' }],
  ])('%s', async (_what, status, request) => {
    const answer = await served.ask(request);
    expect(answer.status).toBe(status);
    if (answer.header('content-type')?.startsWith('text/html') !== true) expectNothingInside(answer);
  });

  test.each([
    ['a proof', { dpop: 'eyJhbGciOiJub25lIn0.e30.' }],
    ['a proof that is no JWT', { dpop: '\u00ff.\u00ff.\u00ff' }],
    ['a token', { authorization: 'Bearer eyJ0eXAiOiJKV1QifQ.bm90IGpzb24.AA' }],
    ['a token of a PDS', { authorization: 'DPoP a.b.c' }],
  ])('%s', async (_what, headers) => {
    const answer = await served.signIn({ key: await makeTestKey(), headers: { ...json, ...headers } });
    expect([401, 403]).toContain(answer.status);
    expectNothingInside(answer);
  });
});

/** Takes a table away from under the server, as damage would. */
function drop(path: string, table: string): void {
  const database = new Database(path);
  database.run('PRAGMA foreign_keys = OFF');
  database.run(`DROP TABLE ${table}`);
  database.close();
}

describe('a fault of ours says nothing outside, and its cause to the owner', () => {
  test('at a sign-in', async () => {
    drop(controlDatabasePath(served.composed.dataDirectory), 'approval');
    const answer = await served.signIn({ key: await makeTestKey() });
    expect(answer.status).toBeGreaterThanOrEqual(500);
    expectNothingInside(answer);
    expect(served.stderr).toContain('no such table');
  });

  test('at a frame', async () => {
    const peer = await RawPeer.join(await served.admit());
    drop(documentsPath(served.composed.dataDirectory, parseNamespace('xyz.groundmist.library')), 'document');
    peer.send({ type: 'request', senderId: peer.peerId, documentId: newDocumentId(), data: emptySync });
    const { code, reason } = await peer.closing();
    expect([1011, 1013]).toContain(code);
    expect(reason).not.toMatch(inside);
    expect(served.stderr).toContain('no such table');
  });

  test('where nothing else catches it', async () => {
    using folder = temporaryFolder();
    const { groundmist } = served.composed;
    const fetch = () => Promise.reject(new Error('SELECT secret FROM /home/owner/control.sqlite'));
    const broken = { ...groundmist, fetch };
    mkdirSync(dirname(controlSocketPath(folder.path)));
    const { address, close } = await listen(broken, {
      listen: '127.0.0.1',
      port: 0,
      dataDirectory: folder.path,
    });
    const answer = await askRaw(Number(new URL(address).port), { start: 'GET /' });
    await close();
    expect(answer.status).toBe(500);
    expect(JSON.parse(answer.body)).toEqual({
      error: 'Internal',
      message: 'Something went wrong inside groundmist.',
      requestId: expect.stringMatching(/^[0-9a-z]{6}$/),
    });
    expectNothingInside(answer);
  });
});
