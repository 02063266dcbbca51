import { describe, expect, test } from 'bun:test';
import { failures } from '../src/core/failure.ts';
import { TestClock } from './support/clock.ts';
import { DocumentedApp } from './support/documented-app.ts';
import { eventually } from './support/eventually.ts';
import { startOwner } from './support/plc.ts';
import {
  documentedAnswer,
  documentedObjects,
  documentedRequest,
  documentedRows,
  type DocumentedAnswer,
} from './support/protocol-page.ts';
import { servePublished } from './support/published-pds.ts';
import { RawPeer } from './support/raw-peer.ts';
import { World } from './support/world.ts';

const origin = 'https://library.example';

/** A server, an owner who publishes it, and an app whose author read docs/protocol.md and nothing else. */
async function start(clock?: TestClock) {
  await using starting = new AsyncDisposableStack();
  const owner = starting.use(await startOwner());
  const world = starting.use(await World.start({ owner, ...(clock === undefined ? {} : { clock }) }));
  const pds = starting.use(servePublished(owner, new URL(world.url).host));
  const app = await DocumentedApp.create({ did: owner.did, pdsUrl: pds.url, syncUrl: world.url });
  const challenge = async () => (await app.signIn()).headers.get('dpop-nonce') ?? undefined;
  /** The approval that waits, once one does. */
  const waiting = () => eventually('it waits', () => world.groundmist.core.access.list().approvals[0]?.id);
  const opened = starting.move();
  return {
    owner,
    world,
    app,
    challenge,
    waiting,
    async letIn(): Promise<Response> {
      const answer = app.signIn(await challenge());
      world.groundmist.core.access.approve(await waiting(), { permission: 'read-write' });
      return answer;
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** Compares whole answers: headers that are not documented, or are no more, count too; nonces and tokens by their form. */
async function expectDocumented(answer: Response, documented: DocumentedAnswer, world: World): Promise<void> {
  const { date: _date, 'content-length': _length, ...headers } = Object.fromEntries(answer.headers);
  const text = await answer.text();
  const { port } = new URL(world.url);
  const asPublic = text
    .replaceAll(world.url, 'https://sync.example.com')
    .replaceAll(`localhost%3A${port}`, 'sync.example.com')
    .replaceAll(world.owner.did, 'did:plc:…');
  const body: unknown = asPublic === '' ? undefined : JSON.parse(asPublic);
  expect(normalise({ status: answer.status, headers, body })).toEqual(normalise(documented));
}

function normalise(answer: DocumentedAnswer): unknown {
  const text = JSON.stringify(answer)
    .replace(/"dpop-nonce":"[\w-]{43}"/, '"dpop-nonce":"(nonce)"')
    .replace(/"x-request-id":"[0-9a-z]{6}"/, '"x-request-id":"(request id)"')
    .replace(/"gms_[\w-]{43}"/, '"(sync token)"')
    .replace(/"approvalId":"[0-9a-z]{6}"/, '"approvalId":"(id)"');
  return JSON.parse(text);
}

test('the record leads to the server, and the server says who it is', async () => {
  await using stage = await start();
  expect(await stage.app.findHost()).toBe(new URL(stage.world.url).host);
  const { url } = documentedRequest('Find the server', 'did.json');
  const answer = await fetch(`${stage.world.url}${url}`);
  await expectDocumented(answer, documentedAnswer('Find the server', 200), stage.world);
});

test('signing in is challenged, waits for the owner, and gives a token; each answer as documented', async () => {
  await using stage = await start();
  const challenge = await stage.app.signIn();
  const nonce = challenge.headers.get('dpop-nonce') ?? undefined;
  await expectDocumented(challenge, documentedAnswer('The nonce', 401), stage.world);
  const asked = stage.app.signIn(nonce);
  stage.world.groundmist.core.access.approve(await stage.waiting(), { permission: 'read-write' });
  await expectDocumented(await asked, documentedAnswer('The answer', 200), stage.world);
  const again = await stage.app.signIn(nonce);
  await expectDocumented(again, documentedAnswer('The answer', 200), stage.world);
});

test('an owner who does not answer is the documented 403', async () => {
  const clock = new TestClock();
  await using stage = await start(clock);
  const asked = stage.app.signIn(await stage.challenge());
  await stage.waiting();
  clock.advance(50_000);
  await expectDocumented(await asked, documentedAnswer('The answer', 403), stage.world);
});

test('a browser’s question is answered as documented', async () => {
  await using stage = await start();
  const { method, url, headers } = documentedRequest('From a page');
  const answer = await fetch(url.replace('https://sync.example.com', stage.world.url), { method, headers });
  await expectDocumented(answer, documentedAnswer('From a page', 204), stage.world);
});

describe('a socket', () => {
  const [join = {}] = documentedObjects('Frames');
  const senderId = String(join['senderId']);

  async function connect() {
    const stage = await start();
    const { token } = (await (await stage.letIn()).json()) as { readonly token: string };
    const url = `${stage.world.url.replace('http', 'ws')}/?token=${token}`;
    const open = async () => {
      const peer = await RawPeer.connect(url, senderId, { origin });
      peer.send(join);
      return peer;
    };
    return { stage, token, url, open };
  }

  test('answers `join` as documented, and a newer one with the same senderId wins', async () => {
    const { stage, open } = await connect();
    await using _stage = stage;
    const peer = await open();
    const answer = await peer.next(({ type }) => type === 'peer');
    const [, documented = {}] = documentedObjects('Frames');
    const { storageId } = answer['peerMetadata'] as { readonly storageId: string };
    const { storageId: known } = documented['peerMetadata'] as { readonly storageId: string };
    expect(JSON.parse(JSON.stringify(answer).replaceAll(storageId, known))).toEqual(documented);
    const newer = await open();
    await newer.next(({ type }) => type === 'peer');
    expect(await peer.closing()).toMatchObject({ code: 1000 });
  });

  test('comes back with the same URL after a restart, and signing in again ends no token', async () => {
    const { stage, token, open } = await connect();
    await using _stage = stage;
    const before = await open();
    await before.next(({ type }) => type === 'peer');
    await stage.world.stopServer();
    expect(await before.closing()).toMatchObject({ code: 1001 });
    await stage.world.startServer();
    const again = (await (await stage.app.signIn(await stage.challenge())).json()) as {
      readonly token: string;
    };
    expect(again.token).not.toBe(token);
    const after = await open();
    await after.next(({ type }) => type === 'peer');
  });

  test('with a token that opens nothing is the documented 401', async () => {
    const { stage, token, url } = await connect();
    await using _stage = stage;
    const headers = { upgrade: 'websocket', connection: 'upgrade', origin };
    const elsewhere = { ...headers, origin: 'https://other.example' };
    const http = url.replace('ws', 'http');
    for (const refused of [
      fetch(http.replace(token, `gms_${'A'.repeat(43)}`), { headers }),
      fetch(http, { headers: elsewhere }),
    ]) {
      await expectDocumented(await refused, documentedAnswer('Sync', 401), stage.world);
    }
  });

  const violations: Readonly<Record<string, (peer: RawPeer) => void>> = {
    1000: (peer) => peer.send({ type: 'leave', senderId }),
    1002: (peer) => peer.send(join),
    1003: (peer) => peer.sendText('hello'),
    1009: (peer) =>
      peer.send({
        type: 'ephemeral',
        senderId,
        documentId: '2akvofn6L1o4RMUEMQi7qzwRjKWZ',
        sessionId: 's',
        count: 1,
        data: new Uint8Array(65 * 1024),
      }),
  };
  test.each(Object.entries(violations))('is closed with %s as documented', async (code, violate) => {
    expect(documentedRows('When the server closes').map(([first]) => first)).toContain(code);
    const { stage, open } = await connect();
    await using _stage = stage;
    const peer = await open();
    await peer.next(({ type }) => type === 'peer');
    violate(peer);
    expect(await peer.closing()).toMatchObject({ code: Number(code) });
  });

  test('is closed with 1008 when the owner revokes the device', async () => {
    const { stage, open } = await connect();
    await using _stage = stage;
    const peer = await open();
    await peer.next(({ type }) => type === 'peer');
    const { access } = stage.world.groundmist.core;
    access.revoke(access.list().apps[0]?.devices[0]?.id ?? '');
    expect(await peer.closing()).toMatchObject({ code: 1008 });
  });
});

test('every close code of the page is one we send, and every one we send is on the page', () => {
  const documented = documentedRows('When the server closes').map(([code]) => Number(code));
  const sent = [1000, 1001, 1003, ...Object.values(failures).map(({ close }) => close)];
  expect(new Set(documented)).toEqual(new Set(sent));
});
