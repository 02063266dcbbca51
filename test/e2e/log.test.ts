import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { findCanaries, makeCanary } from '../support/canaries.ts';
import { eventually } from '../support/eventually.ts';
import { startFakePds } from '../support/fake-pds.ts';
import { Installation } from './server.ts';

setDefaultTimeout(60_000);

let home: Installation;
beforeEach(async () => {
  home = await Installation.create();
});
afterEach(() => home[Symbol.asyncDispose]());

/** Runs code inside the program itself, as a fault of it would be; a service unit leaves no such way in. */
function withFault(code: string): Readonly<Record<string, string>> {
  const path = `${home.binary.folder}/fault.js`;
  writeFileSync(path, code);
  return { BUN_OPTIONS: `--preload ${path}` };
}

const key = randomBytes(32).toString('hex');
const password = makeCanary();
const canaries = { key, password };
const said = `'gms_x ' + process.env.GROUNDMIST_SYNC_SECRET_KEY + '\\n{"level":"info"}\\u001b[2J ' + process.env.ATPROTO_APP_PASSWORD`;
const secrets = { GROUNDMIST_SYNC_SECRET_KEY: key, ATPROTO_APP_PASSWORD: password };

const faults = [
  [
    'an error that nobody catches',
    `setTimeout(() => { throw new Error(${said}, { cause: new Error(${said}) }); }, 300)`,
  ],
  ['a promise that nobody awaits', `setTimeout(() => void Promise.reject(new TypeError(${said})), 300)`],
  ['what is no error', `setTimeout(() => { throw ${said}; }, 300)`],
  ['a stack that overflows', `const f = (x) => f(${said} + x) + 1; setTimeout(() => f(''), 300)`],
  [
    'what cannot be described',
    `setTimeout(() => { throw new Proxy({}, { getPrototypeOf() { throw 1; }, get() { throw 1; } }); }, 300)`,
  ],
] as const;

describe('a program that ends over a fault tells of it itself, without secrets and without its source', () => {
  test.each(faults)('a server, over %s', async (_what, code) => {
    const server = home.launch({ ...secrets, ...withFault(code) });
    expect((await server.ending()).exitCode).toBe(1);
    const printed = (await server.stdout.whole()) + (await server.stderr.whole());
    expect(findCanaries(printed, canaries)).toEqual([]);
    const lines = printed.trimEnd().split('\n');
    const last = JSON.parse(lines.at(-1) ?? '') as { readonly level: string; readonly message: string };
    expect(last).toMatchObject({ level: 'fatal', message: expect.stringContaining('it had to stop') });
    for (const line of lines) expect(JSON.parse(line)).toHaveProperty('time');
  });

  test.each(faults)('a command, over %s', async (_what, code) => {
    const env = { ...home.settings, ...secrets, ...withFault(code), DATA_DIR: home.dataDirectory };
    const { exitCode, stdout, stderr } = await home.binary.run(
      ['backup', 'create', '--passphrase-stdin', '--to', '.'],
      {
        env,
        stdin: 'pipe',
      },
    );
    expect(exitCode).toBe(1);
    expect(stderr).toStartWith('groundmist: Something went wrong inside groundmist, and it had to stop: ');
    expect(findCanaries(stdout + stderr, canaries)).toEqual([]);
    expect(stderr).not.toMatch(/[^\P{Cc}\n]|^\{|process\.env/mu);
  });

  test('a signal that the runtime itself reports tells no secret either', async () => {
    const server = await home.serve(secrets);
    process.kill(server.pid, 'SIGSEGV');
    await server.ending();
    const printed = (await server.stdout.whole()) + (await server.stderr.whole());
    expect(printed).toContain('panic');
    expect(findCanaries(printed, canaries)).toEqual([]);
  });
});

test('a PDS that hands the password back in its refusal does not get it printed', async () => {
  const echo = async (request: Request): Promise<Response> => {
    const body = await request.text();
    const message = `${body} ${encodeURIComponent(password)} ${Buffer.from(password).toString('base64')} ${password}`;
    return Response.json(
      { error: `X${password}`, message },
      { status: 401, headers: { 'www-authenticate': message } },
    );
  };
  await using pds = await startFakePds({ 'com.atproto.server.createSession': echo });
  const env = { ...pds.environment(), ATPROTO_APP_PASSWORD: '' };
  const words = ['publish', '--skip-check', '--yes', '--verbose', '--password-stdin'];
  const { exitCode, stdout, stderr } = await home.binary.run(words, { env, input: password });
  expect(exitCode).toBe(4);
  expect(stderr).toContain('refused the login');
  expect(stderr).toContain('because of');
  expect(findCanaries(stdout + stderr, { password })).toEqual([]);
});

test('GROUNDMIST_LOG says what is logged and how; what it does not know is said, with what there is', async () => {
  const server = await home.serve({ GROUNDMIST_LOG: 'warning,http=debug,text' });
  await server.stop();
  const lines = (await server.stderr.whole()).trimEnd().split('\n');
  for (const line of lines)
    expect(line).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z debug +http [0-9a-z]{6}: GET \/health 200 in \d+ ms/);
  const wrong = home.launch({ GROUNDMIST_LOG: 'snyc=debug' });
  expect((await wrong.ending()).exitCode).toBe(2);
  expect(JSON.parse(await wrong.stderr.whole())).toMatchObject({
    level: 'fatal',
    message: expect.stringContaining('"snyc" is no area of the log; there are server, http'),
  });
});

const stray = 'said-past-us';

test('what libraries and the runtime would print is a line of the log, too', async () => {
  const code = `setTimeout(() => {
    process.emitWarning('${stray} gms_' + process.env.GROUNDMIST_SYNC_SECRET_KEY);
    setTimeout(() => {}, 2 ** 40);
    for (const way of ['log', 'info', 'warn', 'error', 'debug', 'dir', 'table'])
      console[way]({ [way + '${stray}']: 1, password: process.env.GROUNDMIST_SYNC_SECRET_KEY });
  }, 500)`;
  const server = await home.serve({ ...withFault(code), GROUNDMIST_SYNC_SECRET_KEY: key });
  await eventually('all is told', () => server.stderr.text.includes(`table${stray}`));
  await server.stop();
  const lines = (await server.stderr.whole()).trimEnd().split('\n');
  for (const line of lines) expect(JSON.parse(line)).toHaveProperty('level');
  expect(lines.filter((line) => line.includes('"level":"warning"') && line.includes(stray))).toHaveLength(8);
  expect(lines.join()).toContain('TimeoutOverflowWarning');
  expect(await server.stdout.whole()).toBe('');
  expect(findCanaries(lines.join('\n'), { key })).toEqual([]);
});

const aWrongSetting = { PORT: 'x', GROUNDMIST_PRIVATE_HOSTS: 'a/b' };

test('a server that does not start says why in its log, in the form of it, and where a person reads in words', async () => {
  const json = home.launch({ ...aWrongSetting, GROUNDMIST_LOG: 'error' });
  expect((await json.ending()).exitCode).toBe(2);
  expect(JSON.parse(await json.stderr.whole())).toMatchObject({
    level: 'fatal',
    area: 'server',
    message: expect.stringMatching(
      /^The server cannot run: PORT "x": [^.]*\. GROUNDMIST_PRIVATE_HOSTS "a\/b".*\. Correct/,
    ),
    fields: { code: 'ConfigurationInvalid', exitCode: 2 },
  });
  const text = home.launch({ ...aWrongSetting, GROUNDMIST_LOG: 'text' });
  expect((await text.ending()).exitCode).toBe(2);
  expect(await text.stderr.whole()).toMatch(/^\S+Z fatal +server: The server cannot run: PORT "x"[^\n]*\n$/);
  const noFile = home.launch({ GROUNDMIST_ENV_FILE: '/nowhere/env' });
  expect((await noFile.ending()).exitCode).toBe(2);
  expect(await noFile.lastSentence()).toContain('The env file /nowhere/env cannot be used');
  const onTerminal = (log: string) =>
    home.binary.runOnTerminal(['serve'], () => undefined, {
      env: { ...home.settings, ...aWrongSetting, GROUNDMIST_LOG: log },
    });
  expect(await onTerminal('info')).toMatchObject({
    exitCode: 2,
    shown: expect.stringMatching(/^groundmist: PORT "x"/),
  });
  expect(await onTerminal('json')).toMatchObject({
    exitCode: 2,
    shown: expect.stringMatching(/^\{"time".*\}\s*$/),
  });
});

test('backups keep their passphrase and their identity to themselves, also where they cannot be opened', async () => {
  const passphrase = makeCanary();
  const identity = 'AGE-SECRET-KEY-1CANARYCANARYCANARYCANARYCANARYCANARYCANARYCANARYCANARYCANARY';
  const identities = `${home.binary.folder}/identity.txt`;
  writeFileSync(identities, `# a key\n${identity}\n`);
  const file = `${home.binary.folder}/b.age`;
  const env = { ...home.settings, GROUNDMIST_BACKUP_PASSPHRASE: passphrase };
  const server = await home.serve({ GROUNDMIST_LOG: 'debug' });
  const printed = [
    await home.binary.run(['backup', 'create', '--verbose', '--to', file, '--passphrase'], { env }),
    await home.binary.run(['backup', 'create', '--verbose', '--to', '/dev/null/x', '--passphrase'], { env }),
    await home.binary.run(['backup', 'verify', file, '--verbose', '--passphrase-stdin'], {
      input: `x${passphrase}`,
    }),
    await home.binary.run(['backup', 'verify', file, '--verbose', '--identity', identities]),
    await home.binary.run(['backup', 'verify', file, '--verbose', '--identity', `${identities}.${identity}`]),
    await home.binary.run(['config', '--verbose'], { env }),
  ];
  await server.stop();
  expect(printed.map(({ exitCode }) => exitCode > 0)).toEqual([false, true, true, true, true, false]);
  const written =
    printed.map(({ stdout, stderr }) => stdout + stderr).join('\n') + (await server.stderr.whole());
  expect(findCanaries(written, { passphrase, identity })).toEqual([]);
});
