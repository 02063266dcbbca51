import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { record } from '../support/publish-to.ts';
import { readLines } from '../support/child-lines.ts';
import { eventually } from '../support/eventually.ts';
import { FakeAuthorizationServer } from '../support/fake-authorization-server.ts';
import { recordAnswer, sessionOf, startFakePds, type FakePds } from '../support/fake-pds.ts';
import { temporaryFolder } from '../support/folder.ts';
import { Installation } from './server.ts';
import { Binary } from './binary.ts';

/** A bound for what hangs: other processes answer here. */
setDefaultTimeout(60_000);

const password = 'abcd-efgh-ijkl-mnop';
const question = 'App password of your account';
const words = ['publish', '--skip-check'];

let binary: Binary;
beforeAll(() => {
  binary = new Binary();
});
afterAll(() => binary[Symbol.dispose]());

/** Types the keys of each step once its text is shown. */
function typing(...steps: readonly (readonly [waitFor: string, keys: string])[]) {
  let next = 0;
  return (shown: string): string | undefined => {
    const [waitFor, keys] = steps[next] ?? [];
    if (waitFor === undefined || !shown.includes(waitFor)) return undefined;
    next += 1;
    return keys;
  };
}

/** The settings without the password. */
function settingsOf(pds: FakePds): Readonly<Record<string, string>> {
  const { ATPROTO_APP_PASSWORD: _, ...env } = pds.environment();
  return env;
}

const elsewhere = { $type: 'xyz.groundmist.sync', host: 'old.example.com' };

/** A PDS where another host is published until something is written. */
async function movedPds(): Promise<FakePds> {
  const starting = startFakePds({
    'com.atproto.repo.getRecord': async () => {
      const pds = await starting;
      const isWritten = pds.called.includes('com.atproto.repo.putRecord');
      return recordAnswer(pds.owner.did, isWritten ? record : elsewhere);
    },
  });
  return starting;
}

test('a person sees what is written and is asked for the app password, which is not shown', async () => {
  await using pds = await startFakePds();
  const type = typing([question, `${password}\r`]);
  const { exitCode, shown } = await binary.runOnTerminal(words, type, { env: settingsOf(pds) });
  expect(shown.indexOf('did:web:sync.example.com')).toBeLessThan(shown.indexOf(question));
  expect(shown).toContain('Published sync.example.com');
  expect(exitCode).toBe(0);
  expect(pds.passwords).toEqual([password]);
  expect(shown).not.toContain(password);
  expect(shown).not.toContain('efgh');
});

test('before apps are sent from another host to this one, a person is asked; Enter alone is a no', async () => {
  await using pds = await movedPds();
  const type = typing(['Send them to sync.example.com instead?', '\r']);
  const { exitCode, shown } = await binary.runOnTerminal(words, type, { env: settingsOf(pds) });
  expect(shown).toContain('Your apps are sent to old.example.com now');
  expect(shown).toContain('Nothing was written.');
  expect(exitCode).toBe(130);
  expect(pds.called).toEqual(['com.atproto.repo.getRecord']);
});

test('a record that names another server is not taken away unasked', async () => {
  await using pds = await movedPds();
  const type = typing(['which is not this server', '\r']);
  const { exitCode, shown } = await binary.runOnTerminal(['publish', '--remove'], type, {
    env: settingsOf(pds),
  });
  expect(shown).toContain('Nothing was removed.');
  expect(exitCode).toBe(130);
  expect(pds.called).toEqual(['com.atproto.repo.getRecord']);
});

test('a yes moves them, and so does --yes without the question', async () => {
  for (const [args, steps] of [
    [
      words,
      [
        ['Send them to', 'y'],
        [question, `${password}\r`],
      ],
    ],
    [[...words, '--yes'], [[question, `${password}\r`]]],
  ] as const) {
    await using pds = await movedPds();
    const { exitCode, shown } = await binary.runOnTerminal(args, typing(...steps), { env: settingsOf(pds) });
    expect(shown).toContain('Published sync.example.com');
    expect(exitCode).toBe(0);
  }
});

test('a person who leaves at the password has published nothing', async () => {
  await using pds = await startFakePds();
  const type = typing([question, '\u0003']);
  const { exitCode } = await binary.runOnTerminal(words, type, { env: settingsOf(pds) });
  expect(exitCode).toBe(130);
  expect(pds.called).toEqual(['com.atproto.repo.getRecord']);
});

test('a terminal that closes while the PDS lets it in leaves no session there, however often that is told', async () => {
  const { promise: child, resolve } = Promise.withResolvers<ReturnType<Binary['start']>>();
  await using pds = await startFakePds({
    'com.atproto.server.createSession': async () => {
      const { pid } = await child;
      for (const _ of [1, 2]) process.kill(pid, 'SIGHUP');
      return Response.json(sessionOf(pds.owner.did));
    },
  });
  resolve(binary.start(words, { env: pds.environment() }));
  expect(await (await child).exited).toBe(129);
  expect(pds.called.slice(1)).toEqual([
    'com.atproto.server.createSession',
    'com.atproto.server.deleteSession',
  ]);
});

test('a second Ctrl-C ends it at once, with a word about what may be open', async () => {
  const { promise: child, resolve } = Promise.withResolvers<ReturnType<Binary['start']>>();
  await using pds = await startFakePds({
    'com.atproto.server.deleteSession': async () => {
      const { pid } = await child;
      process.kill(pid, 'SIGINT');
      process.kill(pid, 'SIGTERM');
      return new Promise<never>(() => {});
    },
  });
  resolve(binary.start(words, { env: pds.environment() }));
  const { stderr, exited } = await child;
  expect(await new Response(stderr).text()).toContain('A login may have been left open');
  expect(await exited).toBeGreaterThan(128);
});

test('without a person nothing is asked, also not whether apps are to move', async () => {
  await using pds = await movedPds();
  const { exitCode, stdout, stderr } = await binary.run(words, { env: pds.environment() });
  expect({ exitCode, stdout: stdout.split('\n')[0] }).toEqual({
    exitCode: 0,
    stdout: 'Published sync.example.com',
  });
  expect(stderr).toContain('old.example.com');
});

test.each([
  [
    'and without a password',
    [],
    'use --password-stdin or set ATPROTO_APP_PASSWORD, or log in through a browser',
  ],
  ['and with an empty standard input', ['--password-stdin'], 'Standard input held no password'],
])('without a person %s it says how to go on', async (_what, more, sentence) => {
  await using pds = await startFakePds();
  const { exitCode, stdout, stderr } = await binary.run([...words, ...more], { env: settingsOf(pds) });
  expect(pds.passwords).toEqual([]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain(sentence);
});

test('with a standard input that is closed it ends at once', async () => {
  await using pds = await startFakePds();
  const env = { PATH: process.env['PATH'] ?? '', HOME: binary.folder, ...settingsOf(pds) };
  for (const more of [[], ['--password-stdin']]) {
    const shell = ['sh', '-c', 'exec "$0" "$@" <&-', binary.path, ...words, ...more];
    const child = Bun.spawn(shell, { env, stdout: 'ignore', stderr: 'pipe' });
    const stderr = await new Response(child.stderr).text();
    expect(pds.passwords).toEqual([]);
    expect(stderr).toMatch(/password/);
    expect(await child.exited).toBe(2);
  }
});

test('without a network it says who could not be asked', async () => {
  await using pds = await startFakePds();
  const env = {
    ...pds.environment(),
    GROUNDMIST_PLC_URL: 'http://127.0.0.1:1',
    GROUNDMIST_PRIVATE_HOSTS: '127.0.0.1:1',
  };
  for (const more of [[], ['--oauth'], ['--show']]) {
    const { exitCode, stderr } = await binary.run(
      [...(more[0] === '--show' ? ['publish'] : words), ...more],
      { env },
    );
    expect(exitCode).toBe(1);
    expect(stderr).toContain('127.0.0.1:1 could not be reached');
  }
});

test('a desktop gets the login opened in its browser, an SSH session does not', async () => {
  await using server = new FakeAuthorizationServer(() => pds.owner.did);
  await using pds = await startFakePds({
    '/.well-known/oauth-protected-resource': () =>
      Response.json({ resource: `http://${pds.host}`, authorization_servers: [server.issuer] }),
  });
  using folder = temporaryFolder();
  const opened = folder.at('opened');
  writeFileSync(
    folder.at('xdg-open'),
    `#!/bin/sh\necho "$#: $1 $GROUNDMIST_SYNC_SECRET_KEY" >"${opened}"\n`,
    { mode: 0o755 },
  );
  const privateHosts = `${pds.host},${pds.owner.plcHost},${server.host}`;
  const desktop = { PATH: `${folder.path}:${process.env['PATH']}`, DISPLAY: ':0' };
  for (const ssh of [{ SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' }, {}]) {
    const env = { ...settingsOf(pds), GROUNDMIST_PRIVATE_HOSTS: privateHosts, ...desktop, ...ssh };
    const child = binary.start([...words, '--oauth', '--yes'], { env });
    const address = await shownAddress(child.stderr);
    if ('SSH_CONNECTION' in ssh) expect(existsSync(opened)).toBe(false);
    else expect(await eventually('it is opened', () => readWhole(opened))).toBe(`1: ${address} \n`);
    child.kill('SIGTERM');
    expect(await child.exited).toBe(143);
  }
});

async function shownAddress(stream: ReadableStream<Uint8Array>): Promise<string> {
  for await (const line of readLines(stream)) if (/^http\S+$/.test(line)) return line;
  return '';
}

async function readWhole(path: string): Promise<string | undefined> {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  return text.endsWith('\n') ? text : undefined;
}

test('a host that is not this server is not published', async () => {
  await using pds = await startFakePds();
  using other = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response('<html>') });
  const env = { ...pds.environment(), GROUNDMIST_HOST: `localhost:${other.port}` };
  const { exitCode, stdout, stderr } = await binary.run(['publish'], { env });
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(stderr).toContain(`Apps would not find this server at localhost:${other.port}`);
  expect(pds.called).toEqual([]);
});

test('a server that runs is found by its name, its key and its owner, and published', async () => {
  await using home = await Installation.create();
  await using pds = await startFakePds();
  const settings = { ...home.settings, ...pds.environment(), GROUNDMIST_HOST: `localhost:${home.port}` };
  await home.serve(settings);
  const { exitCode, stdout } = await home.binary.run(['publish', `http://localhost:${home.port}/`], {
    env: settings,
  });
  expect(stdout).toContain(`Published localhost:${home.port}`);
  expect(exitCode).toBe(0);
});
