import { describe, expect, test } from 'bun:test';
import { run } from '../../src/features/publish/command.ts';
import { TestApp } from '../support/app.ts';
import { runCommand } from '../support/command.ts';
import { startFakePds } from '../support/fake-pds.ts';
import { startOwner } from '../support/plc.ts';
import { rejectionOf } from '../support/rejection.ts';
import { World } from '../support/world.ts';

/** What listens on this machine and must hear nothing. */
function startVictim() {
  const asked: string[] = [];
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: (request) => {
      asked.push(`${request.method} ${request.url}`);
      return Response.json({});
    },
  });
  return { server, asked, port: Number(server.port) };
}

describe('a DID document whose PDS is', () => {
  test.each<[string, (port: number) => string, string]>([
    ['a loopback address', (port) => `http://127.0.0.1:${port}`, 'GROUNDMIST_PRIVATE_HOSTS'],
    ['a loopback address with TLS', (port) => `https://127.0.0.1:${port}`, 'GROUNDMIST_PRIVATE_HOSTS'],
    ['a loopback address in disguise', (port) => `https://0x7f.1:${port}`, 'GROUNDMIST_PRIVATE_HOSTS'],
    ['a mapped address', (port) => `https://[::ffff:7f00:1]:${port}`, 'GROUNDMIST_PRIVATE_HOSTS'],
    ['a name of this machine', (port) => `https://localhost:${port}`, 'GROUNDMIST_PRIVATE_HOSTS'],
    ['the metadata address of a cloud', () => 'http://169.254.169.254', 'without TLS'],
    ['that address with TLS', () => 'https://169.254.169.254', 'GROUNDMIST_PRIVATE_HOSTS'],
    ['behind userinfo', (port) => `https://pds.example.com@127.0.0.1:${port}`, 'with a user in its URL'],
    ['a path', (port) => `http://127.0.0.1:${port}/admin?`, 'with more in its URL than a host'],
    ['a file', () => 'file:///etc/passwd', 'that is no https URL'],
    [
      'what a terminal obeys',
      () => 'https://\u001b]0;own\u0007',
      '"https://\\u001b]0;own\\u0007" that is no URL',
    ],
  ])('%s gets no request, no password, and a sentence', async (_what, endpointOf, sentence) => {
    const victim = startVictim();
    using _server = victim.server;
    await using owner = await startOwner({ pdsUrl: endpointOf(victim.port) });
    const environment = {
      ATPROTO_DID: owner.did,
      ATPROTO_APP_PASSWORD: 'abcd-efgh-ijkl-mnop',
      GROUNDMIST_HOST: 'sync.example.com',
      GROUNDMIST_PLC_URL: owner.plcUrl,
      GROUNDMIST_PRIVATE_HOSTS: owner.plcHost,
      GROUNDMIST_SYNC_SECRET_KEY: 'ab'.repeat(32),
    };
    for (const options of [{ skipCheck: true }, { show: true }]) {
      const { message } = await rejectionOf(runCommand(run, { options, environment }));
      expect(message).toContain(sentence);
      expect(message).not.toContain('abcd');
    }
    expect(victim.asked).toEqual([]);
  });
});

test.each([301, 302, 307, 308])(
  'a PDS that sends the login on with a %d gives nothing away',
  async (status) => {
    const victim = startVictim();
    using _server = victim.server;
    const location = `http://127.0.0.1:${victim.port}/`;
    const answer = () => new Response(null, { status, headers: { location } });
    await using pds = await startFakePds({ 'com.atproto.server.createSession': answer });
    const environment = pds.environment();
    const { message } = await rejectionOf(runCommand(run, { options: { skipCheck: true }, environment }));
    expect(message).toContain('redirect, which is not followed');
    expect(victim.asked).toEqual([]);
  },
);

describe('a directory that answers with another one’s document', () => {
  test('publishes nothing there', async () => {
    await using pds = await startFakePds();
    using directory = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => Response.json(another) });
    const another = pds.owner.document();
    const environment = {
      ...pds.environment(),
      ATPROTO_DID: 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa',
      GROUNDMIST_PLC_URL: directory.url.href,
      GROUNDMIST_PRIVATE_HOSTS: `${directory.url.host},${pds.host}`,
    };
    expect(await rejectionOf(runCommand(run, { options: { skipCheck: true }, environment }))).toMatchObject({
      code: 'DidDocumentInvalid',
      message: `The DID document of did:plc:aaaaaaaaaaaaaaaaaaaaaaaa is that of "${pds.owner.did}".`,
    });
    expect(pds.called).toEqual([]);
  });

  test('lets nobody in with that one’s key', async () => {
    await using owner = await startOwner();
    await using thief = await startOwner();
    using directory = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      fetch: () => Response.json(thief.document()),
    });
    const { href, host } = directory.url;
    const place = { plcUrl: href, privateHosts: [host], serviceJwt: owner.serviceJwt };
    await using world = await World.start({ owner: { ...place, did: owner.did } });
    const app = await TestApp.create({
      ...place,
      did: owner.did,
      serviceJwt: (claims) => thief.serviceJwt({ ...claims, iss: owner.did }),
    });
    expect(await app.authenticate(world.url, { namespace: 'xyz.groundmist.library' })).toMatchObject({
      status: 503,
      body: { error: 'IdentityUnresolved' },
    });
    expect(world.groundmist.core.access.list().approvals).toEqual([]);
  });

  test('says so without what a terminal would obey', async () => {
    using directory = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      fetch: () => Response.json({ id: '\u001b]0;owned\u0007\u202e' }),
    });
    const environment = {
      ATPROTO_DID: 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa',
      GROUNDMIST_PLC_URL: directory.url.href,
      GROUNDMIST_PRIVATE_HOSTS: directory.url.host,
    };
    const { message } = await rejectionOf(runCommand(run, { options: { show: true }, environment }));
    expect(message).toEndWith('is that of "\\u001b]0;owned\\u0007\\u202e".');
  });
});
