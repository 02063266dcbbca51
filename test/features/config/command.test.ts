import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'bun:test';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommandLine } from '../../../src/command-line/run.ts';
import type { Feature } from '../../../src/feature.ts';
import { configFeature } from '../../../src/features/config/feature.ts';
import { coreSettings } from '../../../src/settings.ts';
import { exitCodeOf } from '../../../src/main.ts';
import type { Terminal } from '../../../src/platform/terminal.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { recordingTerminal, type RecordingTerminal } from '../../support/terminal.ts';

const passphrase = {
  ...coreSettings.secretKey,
  env: 'GROUNDMIST_WORD',
  schema: coreSettings.listen.schema,
  summary: 'a word',
};
const features: readonly Feature[] = [{ name: 'words', settings: { passphrase } }, configFeature];

interface Shown {
  readonly terminal: RecordingTerminal;
  readonly failure: unknown;
}

/** Runs `groundmist config …` with this environment and nothing else of the person's. */
async function config(
  argv: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  given: Partial<Terminal> = {},
): Promise<Shown> {
  const terminal = recordingTerminal({
    environment: { HOME: '/nowhere', ...environment },
    width: 120,
    ...given,
  });
  const invocation = { features, terminal, signal: new AbortController().signal, version: '1' };
  const failure = await runCommandLine(['config', ...argv], invocation).then(
    () => undefined,
    (error: unknown) => error,
  );
  return { terminal, failure };
}

/** The columns of each line. */
function rowsOf({ terminal }: Shown): readonly (readonly string[])[] {
  return terminal
    .output()
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/));
}

test('each value has its source: flag, environment, line of the env file, default', async () => {
  using folder = temporaryFolder();
  const path = folder.at('env');
  writeFileSync(path, '# ours\n\nGROUNDMIST_STORE=nodefs\n');
  const shown = await config(['--env-file', path, '--port', '4000'], { DATA_DIR: '/srv/data' });
  const rows = rowsOf(shown);
  expect(rows).toContainEqual(['PORT', '4000', '--port']);
  expect(rows).toContainEqual(['DATA_DIR', '/srv/data', 'environment']);
  expect(rows).toContainEqual(['GROUNDMIST_STORE', 'nodefs', `${path} line 3`]);
  expect(rows).toContainEqual(['GROUNDMIST_LISTEN', '127.0.0.1', 'default']);
  expect(rows).toContainEqual(['GROUNDMIST_HOST', '-', 'not set']);
  expect(shown.failure).toBeUndefined();
});

test('a value that loses to another source is shown below it', async () => {
  using folder = temporaryFolder();
  writeFileSync(folder.at('env'), 'PORT=4002\n');
  const rows = rowsOf(await config(['--env-file', folder.at('env'), '--port', '4000'], { PORT: '4001' }));
  const at = rows.findIndex(([name]) => name === 'PORT');
  expect(rows.slice(at, at + 3)).toEqual([
    ['PORT', '4000', '--port'],
    ['', '4001', 'environment, not used'],
    ['', '4002', `${folder.at('env')} line 1, not used`],
  ]);
});

test('no secret is shown in any form, used or shadowed, right or wrong', async () => {
  using folder = temporaryFolder();
  const [used, shadowed, wrong] = ['ab'.repeat(32), 'cd'.repeat(32), 'not-hex-at-all'];
  writeFileSync(
    folder.at('env'),
    `GROUNDMIST_SYNC_SECRET_KEY=${shadowed}\nGROUNDMIST_WORD=${wrong}\nGROUNDMIST_SYNC_SECRETKEY=${shadowed}\nGROUNDMIST_WORD ${wrong}\n`,
  );
  const forms = [
    [],
    ['--json'],
    ['--explain'],
    ['GROUNDMIST_SYNC_SECRET_KEY'],
    ['sync-secret-key'],
    ['groundmist_word'],
    [`GROUNDMIST_SYNC_SECRET_KEY=${used}`],
  ];
  for (const form of forms) {
    for (const key of [used, wrong]) {
      const environment = { GROUNDMIST_SYNC_SECRET_KEY: key, GROUNDMIST_ENV_FILE: folder.at('env') };
      const { terminal, failure } = await config(form, environment);
      const said = [terminal.output(), ...terminal.notes, ...terminal.problems, String(failure)].join('\n');
      for (const secret of [used, shadowed, wrong]) expect(said).not.toContain(secret);
    }
  }
});

const hexKey = '0f'.repeat(40);
const ed25519 = generateKeyPairSync('ed25519').privateKey;
const pem = ed25519.export({ type: 'pkcs8', format: 'pem' });
const der = ed25519.export({ type: 'pkcs8', format: 'der' });
const body = pem.split('\n')[1] ?? '';

const misplaced: readonly (readonly [string, string, string])[] = [
  ['the secret key in the port', 'PORT', `3031 GROUNDMIST_SYNC_SECRET_KEY=${hexKey}`],
  ['the secret key behind the port', 'PORT', `3031${hexKey}`],
  ['the secret key as the DID', 'ATPROTO_DID', hexKey],
  [
    'the secret key behind the DID',
    'ATPROTO_DID',
    `did:plc:ewvi7nxzyoun6zhxrhs64oizGROUNDMIST_SYNC_SECRET_KEY=${hexKey}`,
  ],
  ['the secret key joined to the DID', 'ATPROTO_DID', `did:plc:ewvi7nxzyoun6zhxrhs64oiz${hexKey}`],
  ['the secret key as a port of the host', 'GROUNDMIST_HOST', `a.example:${hexKey}`],
  ['the secret key as a name of a setting', `GROUNDMIST_SYNC_SECRET_KEY${hexKey}`, 'x'],
  ['the secret key as the folder', 'DATA_DIR', hexKey],
  ['the secret key in the log', 'GROUNDMIST_LOG', `${'x'.repeat(40)}${hexKey}`],
  ['the secret key in the hosts', 'GROUNDMIST_PRIVATE_HOSTS', `a,${'x'.repeat(40)}${hexKey}`],
  ['an age identity', 'GROUNDMIST_HOST', 'AGE-SECRET-KEY-10F0F0F0F0F0F0F0F'],
  ['who one is at a host', 'GROUNDMIST_PLC_URL', 'https://me:0f0f0f0f0f@plc.directory'],
  ['a key in PEM', 'DATA_DIR', pem],
  ['a key in PEM on one line', 'DATA_DIR', pem.replaceAll('\n', '\\n')],
  ['a key in Base64 of PEM', 'DATA_DIR', Buffer.from(pem).toString('base64')],
  ['a key in Base64', 'DATA_DIR', body],
  ['a key in hex', 'DATA_DIR', der.toString('hex')],
  ['a key as bytes', 'DATA_DIR', der.toString('latin1').replaceAll('\0', '')],
];

describe('a secret in the place of another setting is not shown, used or shadowed', () => {
  test.each(misplaced)('%s', async (_what, name, value) => {
    const secrets = [
      hexKey.slice(0, 10),
      '10F0F0F0',
      '0f0f0f0f',
      body.slice(16, 40),
      Buffer.from(body.slice(16, 30)).toString('base64').slice(0, 12),
      der.toString('hex').slice(32, 60),
    ];
    const given = { GROUNDMIST_SYNC_SECRET_KEY: 'ab'.repeat(32), [name]: value };
    for (const form of [
      [],
      ['--json'],
      ['--explain'],
      [name],
      ['--port', '4000', '--did', 'did:web:a.example', '--data-dir', '/srv'],
    ]) {
      const { terminal, failure } = await config(form, given);
      exitCodeOf(failure, terminal);
      const said = [terminal.output(), ...terminal.notes, ...terminal.problems].join('\n');
      expect(said).toContain(name.slice(0, 8));
      for (const secret of secrets) expect(said).not.toContain(secret);
    }
  });
});

test('--json is the shape that docs/json.md describes', async () => {
  using folder = temporaryFolder();
  const path = folder.at('env');
  writeFileSync(path, `GROUNDMIST_SYNC_SECRET_KEY=${'ab'.repeat(32)}\nPORT=4001\nodd line\n`);
  const environment = { PORT: 'x', GROUNDMIST_HOTS: 'sync.example.com', GROUNDMIST_ENV_FILE: path };
  const { terminal, failure } = await config(['--json', '--data-dir', '/srv'], environment);
  const golden = join(import.meta.dir, 'golden/config.json');
  const text = terminal.output().replaceAll(path, '/home/alice/env');
  expect(JSON.parse(text)).toEqual(JSON.parse(readFileSync(golden, 'utf8')));
  expect(failure).toMatchObject({ code: 'ConfigurationInvalid' });
});

test('env files that are passed over are named with the reason', async () => {
  using folder = temporaryFolder();
  mkdirSync(folder.at('groundmist/env'), { recursive: true });
  const { terminal } = await config(['--json'], { XDG_CONFIG_HOME: folder.path });
  const sentence = `${folder.at('groundmist/env')} is passed over: it is not a file.`;
  expect(JSON.parse(terminal.output())).toMatchObject({ envFile: null, passedOver: [sentence] });
  expect(terminal.notes).toEqual([`groundmist: ${sentence}`]);
});

test('a name that nothing reads and a wrong value are problems, said after the table', async () => {
  const { terminal, failure } = await config([], { GROUNDMIST_HOTS: 'a', PORT: 'x' });
  expect(terminal.output()).toContain('PORT ');
  expect(failure).toMatchObject({
    code: 'ConfigurationInvalid',
    message: expect.stringMatching(
      /^PORT "x".*\nGROUNDMIST_HOTS in the environment .*Did you mean GROUNDMIST_HOST\?$/s,
    ),
  });
});

test('on a narrow terminal each setting has lines of its own', async () => {
  const { terminal } = await config(['--port', '4000'], { PORT: '4001' }, { width: 40 });
  expect(terminal.output()).toContain('PORT\n  4000 (--port)\n  4001 (environment, not used)\nDATA_DIR\n');
});

test('--explain says what each is for', async () => {
  const { terminal } = await config(['--explain'], { PORT: '4001' });
  expect(terminal.output()).toMatch(/^ {2}PORT +4001 \(environment\)\. The TCP port [^]*?Flag: --port\.$/m);
});

test.each(['PORT', 'port', 'Port'])('%s alone prints the value and nothing else', async (name) => {
  expect((await config([name], { PORT: '4001', GROUNDMIST_HOTS: 'elsewhere wrong' })).terminal.output()).toBe(
    '4001\n',
  );
});

test.each([
  ['data-dir', 'DATA_DIR'],
  ['host', 'GROUNDMIST_HOST'],
  ['plc_url', 'GROUNDMIST_PLC_URL'],
  ['did', 'ATPROTO_DID'],
])('%s is understood as %s', async (typed, name) => {
  const value = {
    DATA_DIR: '/srv',
    GROUNDMIST_HOST: 'a.example',
    GROUNDMIST_PLC_URL: 'https://plc.example',
    ATPROTO_DID: 'did:web:a.example.com',
  };
  expect((await config([typed], value)).terminal.output()).toBe(
    `${Object.entries(value).find(([key]) => key === name)?.[1]}\n`,
  );
});

test.each([
  ['hots', {}, "No setting is called 'hots'. Did you mean GROUNDMIST_HOST?", 'Usage'],
  ['prot', {}, "No setting is called 'prot'. Did you mean PORT?", 'Usage'],
  ['', {}, '`groundmist config` shows all of them.', 'Usage'],
  ['foo', {}, '`groundmist config` shows all of them.', 'Usage'],
  ['PORT=4000', {}, '`groundmist config` shows settings and changes none.', 'Usage'],
  ['nothing-like-it', {}, '`groundmist config` shows all of them.', 'Usage'],
  [
    'sync-secret-key',
    {},
    'GROUNDMIST_SYNC_SECRET_KEY is a secret, and is never printed. It is not set.',
    'Usage',
  ],
  ['host', {}, 'GROUNDMIST_HOST is not set: the public name', 'ConfigurationInvalid'],
  ['port', { PORT: 'x' }, 'PORT "x": a port is a whole number', 'ConfigurationInvalid'],
])('%s alone with %j is refused: %s', async (name, environment, message, code) => {
  const { terminal, failure } = await config([name], environment);
  expect(failure).toMatchObject({ code, message: expect.stringContaining(message) });
  expect(terminal.output()).toBe('');
});

test('a value that could command the terminal is escaped there, and is as it is in a pipe', async () => {
  const environment = { DATA_DIR: 'a\u001b[31m' };
  expect((await config([], environment)).terminal.output()).not.toContain('\u001b');
  expect((await config(['data-dir'], environment, { isOutputShown: true })).terminal.output()).not.toContain(
    '\u001b',
  );
  expect((await config(['data-dir'], environment)).terminal.output()).toBe('a\u001b[31m\n');
});

test('an env file that is named and not there is a failure', async () => {
  const { failure } = await config(['--env-file', '/nowhere/env']);
  expect(failure).toMatchObject({
    message: expect.stringContaining('The env file /nowhere/env cannot be used: it does not exist.'),
  });
});
