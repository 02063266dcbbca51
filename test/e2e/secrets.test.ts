import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, expect, setDefaultTimeout, test } from 'bun:test';
import { TestApp } from '../support/app.ts';
import { readLines } from '../support/child-lines.ts';
import { FakeAuthorizationServer } from '../support/fake-authorization-server.ts';
import { startFakePds } from '../support/fake-pds.ts';
import { sayHttp } from '../support/raw-http.ts';
import { RawPeer } from '../support/raw-peer.ts';
import { Installation, library } from './server.ts';

setDefaultTimeout(60_000);

let home: Installation;
beforeEach(async () => {
  home = await Installation.create();
});
afterEach(() => home[Symbol.asyncDispose]());

/** The start of a sync token, of every JWT and of our secret key. */
const secrets = [/gms_/, /eyJ/, /abababab/];

function upgradeTo(target: string, host: string): string {
  const key = Buffer.alloc(16).toString('base64');
  const lines = ['Upgrade: websocket', 'Connection: Upgrade, close', `Sec-WebSocket-Key: ${key}`];
  return [`GET ${target} HTTP/1.1`, `Host: ${host}`, ...lines, '', ''].join('\r\n');
}

test('nothing that is printed holds a token, a proof or the secret, whatever comes in', async () => {
  const server = await home.serve();
  const app = await TestApp.create(home.owner);
  const url = await home.admit(library, app);
  const target = url.slice(url.indexOf('/?'));
  const peer = await RawPeer.join(url);
  for (const host of ['localhost', 'evil.example', 'a b', '[::', '']) {
    await sayHttp(home.port, upgradeTo(`${target}x`, host));
    await sayHttp(home.port, upgradeTo(`/nowhere${target}`, host));
  }
  await app.authenticate(home.url, { namespace: '../../etc' });
  const commands = await Promise.all(
    [['app', 'list'], ['app', 'list', '--json'], ['config'], ['config', '--json'], ['inspect', '--json']].map(
      (words) => home.run(...words),
    ),
  );
  const [device] = JSON.parse(commands[1]?.stdout ?? '').apps as { name: string }[];
  commands.push(await home.run('app', 'revoke', device?.name ?? ''));
  expect(await peer.closing()).toMatchObject({ code: 1008 });
  await server.stop();
  const printed = [await server.stdout.whole(), await server.stderr.whole()];
  for (const { stdout, stderr } of commands) printed.push(stdout, stderr);
  expect(printed.join('')).toContain('Stopping');
  for (const secret of secrets) expect(printed.join('\n')).not.toMatch(secret);
});

test('publishing prints no password, no code and no token, also with --verbose and where it fails', async () => {
  await using server = new FakeAuthorizationServer(() => pds.owner.did);
  let isBroken = false;
  await using pds = await startFakePds({
    '/.well-known/oauth-protected-resource': () =>
      Response.json({ resource: `http://${pds.host}`, authorization_servers: [server.issuer] }),
    'com.atproto.repo.deleteRecord': () =>
      isBroken ? Response.json({ error: 'Oops' }, { status: 500 }) : Response.json({}),
  });
  const env = {
    ...pds.environment(),
    ATPROTO_APP_PASSWORD: 'canary-password',
    GROUNDMIST_PRIVATE_HOSTS: `${pds.host},${pds.owner.plcHost},${server.host}`,
  };
  let printed = '';
  for (const words of [['--skip-check'], ['--remove', '--oauth'], ['--remove']]) {
    const child = home.binary.start(['publish', '--verbose', '--json', ...words], { env });
    for await (const line of readLines(child.stderr)) {
      printed += `${line}\n`;
      if (line.startsWith(`${server.issuer}/authorize`))
        await fetch(server.redirect({ code: 'canary-code' }));
    }
    printed += await new Response(child.stdout).text();
    expect(await child.exited).toBe(isBroken ? 1 : 0);
    // Each removal fails.
    isBroken = true;
  }
  expect(pds.passwords).toContain('canary-password');
  expect(server.revoked).toEqual(['secret-refresh', 'secret-access']);
  expect(printed).toContain('because of');
  expect(printed).not.toMatch(/canary-|secret-|refresh|eyJ|abababab/);
});

test('a secret in the place of another setting is not repeated by any command that reads it', async () => {
  const der = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'der' });
  const pem = `-----BEGIN PRIVATE KEY-----\n${der.toString('base64')}\n-----END PRIVATE KEY-----\n`;
  const key = 'ab'.repeat(32);
  const misplaced = [
    { GROUNDMIST_TLS_CERT: '/nowhere', GROUNDMIST_TLS_KEY: pem },
    { GROUNDMIST_TLS_CERT: '/nowhere', GROUNDMIST_TLS_KEY: der.toString('base64') },
    { PORT: `3031 GROUNDMIST_SYNC_SECRET_KEY=${key}` },
    { ATPROTO_DID: key, GROUNDMIST_SYNC_SECRET_KEY: home.owner.did },
  ];
  const commands = [['serve'], ['config'], ['config', '--json'], ['doctor', '--json']];
  for (const env of misplaced) {
    const outcomes = await Promise.all(
      commands.map((words) => home.binary.run(words, { env: { ...home.settings, ...env } })),
    );
    for (const { exitCode, stdout, stderr } of outcomes) {
      expect(exitCode).toBeGreaterThan(0);
      expect(stdout + stderr).not.toMatch(/abababab|BEGIN/);
      expect(stdout + stderr).not.toContain(der.toString('base64').slice(20, 40));
    }
  }
});
