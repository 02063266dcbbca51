/**
 * Threat: an app, or a PDS that vouches for anything, makes us fetch what it likes through a client id, or shows the
 * owner a name that is not its own. Proves "only the configured owner's DID, the PDS it names, and client metadata of
 * vouched apps are ever fetched", and that such a name never stands without its host.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'bun:test';
import type { RequestListener } from 'node:http';
import { getLogger } from '@logtape/logtape';
import type { AppClaim } from '../../src/core/auth/credentials.ts';
import { openCore } from '../../src/core/core.ts';
import { parseNamespace } from '../../src/core/lexicon/namespace.ts';
import { announceName } from '../../src/features/app/announce.ts';
import { describeListing } from '../../src/features/app/describe-listing.ts';
import { showAccess } from '../../src/features/app/show-access.ts';
import { printableJsonLines } from '../../src/platform/escape.ts';
import { createOutbound, type Fetch } from '../../src/platform/outbound.ts';
import type { Address } from '../../src/platform/outbound-target.ts';
import { credentialsOf, ownerDid } from '../support/access.ts';
import { TestClock } from '../support/clock.ts';
import { eventually } from '../support/eventually.ts';
import { temporaryFolder } from '../support/folder.ts';
import { LoopbackServers } from '../support/loopback.ts';

const certificates = join(import.meta.dir, '../support/certificates');
const certificateAuthority = await Bun.file(`${certificates}/cert.pem`).text();
const key = await Bun.file(`${certificates}/key.pem`).text();
const servers = new LoopbackServers({ cert: certificateAuthority, key });
afterEach(() => servers.close());

/** Where every name leads in these tests. */
const loopback: Address = { address: '127.0.0.1', family: 4 };

/** A server whose owner is asked by an app with this claim; what was sent out, and what the owner saw. */
async function askedBy(claim: AppClaim, privateHosts: readonly string[] = []) {
  await using opening = new AsyncDisposableStack();
  const directory = opening.use(temporaryFolder()).path;
  const clock = new TestClock();
  const resolve = async () => [loopback];
  const outbound = createOutbound({ privateHosts, certificateAuthority, resolve, timeoutMs: 2000 });
  const sent: Promise<unknown>[] = [];
  const fetch: Fetch = (input, init) => {
    const answer = outbound(input, init);
    sent.push(answer.catch(() => undefined));
    return answer;
  };
  const { core } = opening.use(
    await openCore({
      owner: ownerDid,
      secretKey: 'ab'.repeat(32),
      publicUrl: new URL('https://sync.example.com'),
      plcUrl: 'https://plc.invalid',
      dataDirectory: directory,
      listen: 'nowhere',
      tables: [],
      clock,
      log: getLogger('test'),
      fetch,
      randomBytes,
    }),
  );
  const lines: string[] = [];
  core.events.listen({ clientNamed: (event) => lines.push(announceName('k7m2qx', event)) });
  const leaving = new AbortController();
  const wish = { namespace: parseNamespace('xyz.groundmist.library'), rootDocumentUrl: undefined };
  const answer = core.access.ask(credentialsOf('one', { app: claim }), wish, leaving.signal);
  const opened = opening.move();
  return {
    core,
    sent,
    lines,
    answer,
    list: () => {
      const present = { account: ownerDid, sockets: new Map(), names: core.clientNames, now: clock.now() };
      return showAccess(core.access.list(), present);
    },
    async [Symbol.asyncDispose]() {
      leaving.abort();
      await answer;
      await opened.disposeAsync();
    },
  };
}

const page =
  (document: unknown): RequestListener =>
  (_request, response) =>
    response.end(typeof document === 'string' ? document : JSON.stringify(document));

/** A host of client metadata with TLS, at `pds.example.com`, the name of the certificate there is. */
async function startHost(listenerOf: (clientId: string) => RequestListener) {
  let listener: RequestListener = () => {};
  const { port, asked } = await servers.https((request, response) => listener(request, response));
  const host = `pds.example.com:${port}`;
  const clientId = `https://${host}/client.json`;
  listener = listenerOf(clientId);
  return { host, clientId, asked };
}

describe('a vouched client id', () => {
  test.each<[string, (port: number) => string]>([
    ['that is an address', (port) => `https://127.0.0.1:${port}/client.json`],
    ['that is a mapped address', (port) => `https://[::ffff:127.0.0.1]:${port}/client.json`],
    ['that is an address in disguise', (port) => `https://0x7f.1:${port}/client.json`],
    ['of a single label', (port) => `https://localhost:${port}/client.json`],
    ['of this machine', (port) => `https://a.localhost:${port}/client.json`],
    ['without TLS', (port) => `http://app.example:${port}/client.json`],
    ['with userinfo', (port) => `https://app.example@127.0.0.1:${port}/client.json`],
    ['whose name leads to a private address', (port) => `https://app.example:${port}/client.json`],
  ])('%s reaches nothing, and the question stands as ever', async (_what, clientIdOf) => {
    const victim = await servers.https(page({}));
    const clear = await servers.http(page({}));
    for (const { port } of [victim, clear]) {
      await using asking = await askedBy({ kind: 'vouched', clientId: clientIdOf(port) });
      expect(asking.list().approvals).toHaveLength(1);
      await Promise.all(asking.sent);
      expect(asking.list().approvals[0]?.app.metadata).toBeNull();
    }
    expect([...victim.asked, ...clear.asked]).toEqual([]);
  });

  test.each<[string, (victim: number) => RequestListener]>([
    [
      'sends us elsewhere',
      (victim) => (_request, response) =>
        response.writeHead(302, { location: `http://127.0.0.1:${victim}/` }).end(),
    ],
    [
      'pours out more than it may',
      () => (_request, response) => response.end(`{"client_name":"${'x'.repeat(70_000)}"}`),
    ],
    ['says no', () => (_request, response) => response.writeHead(404).end()],
    ['answers with a page', () => page('<html>')],
    [
      'answers with the document of another',
      () => page({ client_id: 'https://bsky.app/c.json', client_name: 'B' }),
    ],
  ])('whose host %s is a question without a name', async (_what, listenerOf) => {
    const victim = await servers.http(page({}));
    const { host, clientId, asked } = await startHost(() => listenerOf(victim.port));
    await using asking = await askedBy({ kind: 'vouched', clientId }, [host]);
    await Promise.all(asking.sent);
    expect(asked).toEqual([`GET ${host} /client.json`]);
    expect(victim.asked).toEqual([]);
    expect(asking.list().approvals[0]?.app).toEqual({ kind: 'vouched', name: clientId, metadata: null });
  });

  test('whose host never answers holds up neither the question nor the owner’s yes', async () => {
    const { host, clientId, asked } = await startHost(() => () => {});
    await using asking = await askedBy({ kind: 'vouched', clientId }, [host]);
    await eventually('it is asked', () => asked.length === 1);
    const [waiting] = asking.list().approvals;
    asking.core.access.approve(String(waiting?.id), { permission: 'read' });
    expect(await asking.answer).toMatchObject({ kind: 'admitted' });
  });
});

test('an app that only says what its client id is makes us fetch nothing', async () => {
  const { host, clientId, asked } = await startHost((id) => page({ client_id: id, client_name: 'Library' }));
  await using asking = await askedBy({ kind: 'unverified', says: clientId }, [host]);
  expect(asking.list().approvals).toHaveLength(1);
  expect(asking.sent).toEqual([]);
  expect(asked).toEqual([]);
});

describe('a name that', () => {
  async function shownFor(client_name: string) {
    const { host, clientId } = await startHost((id) => page({ client_id: id, client_name }));
    await using asking = await askedBy({ kind: 'vouched', clientId }, [host]);
    await eventually('the name is there', () => asking.core.clientNames.find(clientId));
    const listing = asking.list();
    const shown = [describeListing(listing, 500), printableJsonLines(listing), ...asking.lines];
    return { host, clientId, shown, json: listing.approvals[0]?.app };
  }

  test('is another host’s stands beside the host that gave it, and ends where it ends', async () => {
    const { host, clientId, shown, json } = await shownFor('Bluesky", as bsky.app says (https://bsky.app');
    const line = `"Bluesky', as bsky.app says (https://bsky.app", as ${host} says`;
    expect(shown[0]).toContain(`${line} (${clientId})`);
    expect(shown[2]).toBe(`k7m2qx is ${line}: ${clientId}`);
    expect(json).toMatchObject({ kind: 'vouched', name: clientId, metadata: { host } });
  });

  test('commands terminals, turns text around and has lines of its own is one harmless line', async () => {
    const { shown } = await shownFor('\u001b]0;owned\u0007\u202e\r\nLet it in: {x}\u009b2J');
    for (const text of shown) expect(text.replaceAll('\n', '')).not.toMatch(/\p{C}/u);
    expect(shown[2]?.split('\n')).toHaveLength(1);
  });

  test('is endless is cut', async () => {
    const { shown } = await shownFor('A'.repeat(10_000));
    for (const text of shown) expect(text).not.toContain('A'.repeat(60));
  });
});
